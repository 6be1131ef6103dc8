"""Train a config: ``python tools/train.py CONFIG``.

CONFIG is a file or the name of a shipped config. Without a checkout:
``python -m projects_move train CONFIG``.
"""
import argparse

from arguments import add_run_arguments, integer_from


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Train a recognizer')
    add_run_arguments(parser)
    parser.add_argument('--work-dir', help='folder of logs and checkpoints')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='checkpoint to resume from; without a value, the latest one in '
        'the work directory')
    parser.add_argument(
        '--amp',
        action='store_true',
        help='mixed precision: float16 with loss scaling on a GPU, bfloat16 '
        'on a CPU')
    parser.add_argument(
        '--no-validate', action='store_true', help='train without validation')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate by the actual over the base batch size')
    parser.add_argument(
        '--test',
        action='store_true',
        help='test the best (else the last) checkpoint afterwards; the '
        'metrics go to the folder test of the work directory')
    parser.add_argument('--seed', type=integer_from(0), help='random seed')
    parser.add_argument(
        '--diff-rank-seed',
        action='store_true',
        help='use a different seed on each rank')
    parser.add_argument(
        '--deterministic',
        action='store_true',
        help='deterministic algorithms only')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    from projects_move.apis.training.cli import train
    with exit_on_input_error():
        train(args)


if __name__ == '__main__':
    main()
