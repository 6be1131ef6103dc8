"""Runs missing trainings and prints a table of the paper or of other configs.

    python tools/reproduce.py table1 --seeds 0 1 2 --gpus 0 1 2 3
    python tools/reproduce.py table4 --slurm PARTITION --jobs 8
    python tools/reproduce.py table1 \\
        --configs 'configs/fsdd/{model}_logmel_adam-50e_fsdd-feature.py'
    python tools/reproduce.py configs/fsdd/move_*.py \\
        configs/fsdd/baseline-agg_logmel_adam-50e_fsdd-feature.py+ldam

A finished run is not repeated; an interrupted run resumes from its last
checkpoint. A failed run does not stop the others: it is listed below the
table, with its log.
"""
from reproduction.arguments import reproduce_parser


def main() -> None:
    args = reproduce_parser(__doc__).parse_args()
    # imported after parsing, so that --help is fast
    from reproduction.tables import reproduce

    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        reproduce(args)


if __name__ == '__main__':
    main()
