"""Compares values of a setting on a held-out part of the training list.

    python tools/tune.py CONFIG --method ldam \\
        --grid model.cls_head.loss_cls.max_margin=0.1,0.3,0.5 --seeds 0 1

Each run trains on the other part of the training list; the test list is never
read.
"""
from reproduction.arguments import tune_parser


def main() -> None:
    args = tune_parser(__doc__).parse_args()
    # imported after parsing, so that --help is fast
    from reproduction.tuning import tune

    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        tune(args)


if __name__ == '__main__':
    main()
