"""Command lines of ``reproduce.py`` and ``tune.py``.

It imports the standard library only, so that ``--help`` is fast.
"""
import argparse
from pathlib import Path
from typing import List, Tuple

from arguments import integer_from, key_value, number


def reproduce_parser(description: str) -> argparse.ArgumentParser:
    parser = _parser(description)
    parser.add_argument(
        'targets',
        nargs='+',
        metavar='TABLE|CONFIG',
        help='table1 to table5, or configs, each [NAME=]CONFIG[+METHOD...] '
        'with the name of its row')
    parser.add_argument(
        '--configs',
        metavar='PATTERN',
        help='configs of another data set for the rows of a table, with '
        '{model} for baseline, baseline-agg and move')
    parser.add_argument(
        '--columns',
        nargs='+',
        metavar='METRIC',
        help='metrics to print instead of those of the table')
    placement = _add_run_arguments(parser, 'reproduce', seeds=[0, 1, 2])
    placement.add_argument(
        '--slurm', metavar='PARTITION', help='submit each run as a Slurm job')
    parser.add_argument(
        '--out',
        type=Path,
        help='also write the tables to OUT.md, OUT.csv and OUT.tex, and the '
        'metrics of each seed to OUT-seeds.csv')
    parser.add_argument(
        '--results',
        type=Path,
        metavar='SEEDS.csv',
        help='OUT-seeds.csv of other runs: those of the same name, seed and '
        'overrides are not done again')
    parser.add_argument(
        '--report',
        type=Path,
        metavar='FILE.html',
        help='also write a page with charts and a table of the classes, see '
        'tools/analysis/report.py; one for each table')
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help='print the table of the finished runs, start no run')
    return parser


def tune_parser(description: str) -> argparse.ArgumentParser:
    parser = _parser(description)
    parser.add_argument('config', type=Path, help='config to start from')
    parser.add_argument(
        '--method',
        nargs='+',
        default=[],
        help='methods to apply to the config')
    parser.add_argument(
        '--grid',
        type=_grid,
        action='append',
        required=True,
        metavar='KEY=A,B,...',
        help='key of the config, and the values to compare; several --grid '
        'compare all combinations')
    videos = parser.add_mutually_exclusive_group()
    videos.add_argument(
        '--held-out',
        type=_fraction,
        default=0.25,
        metavar='FRACTION',
        help='fraction of the training list to test on (default: 0.25)')
    videos.add_argument(
        '--validation',
        type=Path,
        metavar='LIST',
        help='list to test on, instead of a part of the training list')
    _add_run_arguments(parser, 'tune', seeds=[0, 1, 2])
    return parser


def _parser(description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter)


def _add_run_arguments(parser: argparse.ArgumentParser, name: str,
                       seeds: List[int]):
    """Seeds, placement and folder of the runs.

    Returns:
        Group of the placements, which are mutually exclusive.
    """
    parser.add_argument(
        '--seeds',
        nargs='+',
        type=integer_from(0),
        default=seeds,
        help=f'seeds, one run for each (default: {seeds})')
    parser.add_argument(
        '--spread',
        choices=['std', 'sem'],
        default='std',
        help='after the mean: the standard deviation of the seeds, or the '
        'standard error of their mean (default: std)')
    placement = parser.add_mutually_exclusive_group()
    placement.add_argument(
        '--gpus', nargs='+', help='GPUs of this machine, one run on each')
    parser.add_argument(
        '--jobs',
        type=integer_from(1),
        default=1,
        help='parallel runs on each GPU, or in total without --gpus '
        '(default: 1)')
    parser.add_argument(
        '--work-dir',
        type=Path,
        default=Path('work_dirs') / name,
        help=f'folder of the runs (default: work_dirs/{name})')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        type=key_value,
        metavar='KEY=VALUE',
        help='overrides of the config in all runs')
    return placement


def _fraction(text: str) -> float:
    value = number(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(
            f'expected a number between 0 and 1, found {text!r}')
    return value


def _grid(text: str) -> Tuple[str, List[str]]:
    key, sign, values = text.partition('=')
    listed = _split(values)
    if not key or not sign or not all(listed):
        raise argparse.ArgumentTypeError(
            f'expected KEY=A,B,..., found {text!r}')
    if len(set(listed)) < len(listed):
        raise argparse.ArgumentTypeError(
            f'expected different values, found {text!r}')
    return key, listed


def _split(text: str) -> List[str]:
    """Values between commas; a list such as ``[1,2]`` is one value."""
    values, depth = [''], 0
    for character in text:
        depth += (character in '([{') - (character in ')]}')
        if character == ',' and not depth:
            values.append('')
        else:
            values[-1] += character
    return values
