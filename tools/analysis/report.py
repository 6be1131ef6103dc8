"""Writes one page that compares runs, with charts and a table of the classes.

    python tools/analysis/report.py work_dirs/reproduce --out report.html
    python tools/analysis/report.py Baseline=work_dirs/a MOVE=work_dirs/b

RUN is the folder of a run with its folder ``test``, a folder with runs
``seed0``, ``seed1``, ..., or a folder with such folders. Runs of one NAME are
seeds of one method. The page opens from disk, without a network.
"""
import argparse
import sys
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        'runs',
        nargs='+',
        metavar='RUN',
        help='folder of runs, DIR or NAME=DIR; the first one is the method '
        'that the best one is compared with by class')
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('report.html'),
        help='page to write (default: report.html)')
    parser.add_argument(
        '--title', default='Results on long-tailed data', help='heading')
    parser.add_argument(
        '--spread',
        choices=['std', 'sem'],
        default='std',
        help='after the mean: the standard deviation of the seeds, or the '
        'standard error of their mean (default: std)')
    parser.add_argument(
        '--videos',
        type=Path,
        metavar='FOLDER',
        help='raw videos of the test list, for runs on features')
    parser.add_argument(
        '--thumbnails',
        type=_count,
        default=12,
        metavar='N',
        help='right and wrong predictions to show, N each (default: 12)')
    return parser.parse_args()


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(
            f'expected a number from 0, found {text!r}')
    return int(text)


def report(args: argparse.Namespace) -> None:
    """Write the page.

    Raises:
        InputError: If it cannot be written.
        SystemExit: If a file was faulty; the page says which.
    """
    from projects_move.apis.result_output import check_output
    from projects_move.utils.escape import one_line
    from projects_move.visualization.report import find_methods, write_report
    check_output(str(args.out))
    problems = write_report(
        find_methods(args.runs), args.out, args.title, args.spread,
        args.videos, args.thumbnails)
    print(f'wrote {args.out}')
    for problem in problems:
        print(f'left out: {one_line(problem)}', file=sys.stderr)
    if problems:
        raise SystemExit(1)


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        report(args)


if __name__ == '__main__':
    main()
