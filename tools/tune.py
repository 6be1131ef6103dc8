"""Compares values of settings on a held-out part of the training list.

    python tools/tune.py CONFIG --method ldam \\
        --grid model.cls_head.loss_cls.max_margin=0.1,0.3,0.5 \\
        --grid optim_wrapper.optimizer.lr=1e-4,3e-4 --seeds 0 1 2

Several --grid compare all combinations. Each run trains on the other part of
the training list, or, with --validation LIST, on all of it and is tested on
LIST. The test list is never read.
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
