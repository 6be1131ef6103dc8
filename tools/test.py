"""Test a checkpoint: ``python tools/test.py CONFIG CHECKPOINT``.

CONFIG is a file or the name of a shipped config. Without a checkout:
``python -m projects_move test CONFIG CHECKPOINT``.
"""
import argparse

from arguments import add_run_arguments, integer_from, number


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Test a recognizer')
    add_run_arguments(parser)
    parser.add_argument('checkpoint', help='checkpoint file')
    parser.add_argument('--work-dir', help='folder of the metrics')
    parser.add_argument(
        '--dump', help='pickle file for all predictions (.pkl or .pickle)')
    parser.add_argument(
        '--show-dir', help='folder for pictures of the predictions')
    parser.add_argument(
        '--show', action='store_true', help='show the predictions')
    parser.add_argument(
        '--interval',
        type=integer_from(1),
        default=1,
        help='show every n-th video')
    parser.add_argument(
        '--wait-time', type=number, default=2, help='seconds per picture')
    args = parser.parse_args()
    if args.dump and not args.dump.endswith(('.pkl', '.pickle')):
        parser.error(f'expected --dump FILE.pkl or .pickle, got {args.dump}')
    return args


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    from projects_move.apis.training.cli import test
    with exit_on_input_error():
        test(args)


if __name__ == '__main__':
    main()
