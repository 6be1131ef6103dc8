"""Arguments of the tools that write pictures."""
import argparse
from pathlib import Path
from typing import List


def add_output(parser: argparse.ArgumentParser) -> None:
    """Files of the picture, and its size."""
    parser.add_argument(
        '--out',
        nargs='+',
        type=Path,
        required=True,
        metavar='FILE',
        help='pictures to write: .png, .svg, .pdf')
    parser.add_argument(
        '--size',
        choices=['column', 'page', 'slide'],
        default='page',
        help='a column or the width of a page of a paper, or a slide')


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Seed of the random numbers."""
    parser.add_argument(
        '--seed', type=int, default=0, help='seed of the random numbers')


def report(paths: List[Path]) -> None:
    """Print the files that were written."""
    for path in paths:
        print(f'wrote {path}')


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    """Checkpoint of a model, its config and overrides."""
    parser.add_argument('checkpoint', help='checkpoint file')
    add_config(parser)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Config instead of that in the checkpoint, and overrides."""
    parser.add_argument(
        '--config',
        help='config file or name of a shipped config, instead of the '
        'config in the checkpoint')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action='extend',
        metavar='KEY=VALUE',
        help='overrides of the config; lists as key="[a,b]"')
