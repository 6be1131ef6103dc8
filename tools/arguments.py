"""Arguments that several tools share.

This module and the tools import only the standard library before they parse
the arguments. ``--help`` and errors of the arguments are therefore printed
without the import of the framework.
"""
import argparse
import re
from typing import Callable


def integer_from(minimum: int) -> Callable[[str], int]:
    """Type of an argument: a decimal integer of at least ``minimum``."""

    def parse(text: str) -> int:
        if not re.fullmatch('[+-]?[0-9]+', text) or int(text) < minimum:
            raise argparse.ArgumentTypeError(
                f'expected an integer of at least {minimum}, found {text!r}')
        return int(text)

    return parse


def number(text: str) -> float:
    """Type of an argument: a finite decimal number."""
    if not re.fullmatch(r'[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?',
                        text, re.IGNORECASE):
        raise argparse.ArgumentTypeError(
            f'expected a decimal number, found {text!r}')
    return float(text)


def positive(text: str) -> float:
    """Type of an argument: a decimal number above 0."""
    value = number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(
            f'expected a number above 0, found {text!r}')
    return value


def key_value(text: str) -> str:
    """Check the form of an override."""
    if not text.partition('=')[0] or '=' not in text:
        raise argparse.ArgumentTypeError(f'expected key=value, got {text!r}')
    return text


def add_cfg_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action='extend',
        type=key_value,
        metavar='KEY=VALUE',
        help='overrides of the config; lists as key="[a,b]"')


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Config, methods, overrides and launcher of a training or a test."""
    parser.add_argument(
        'config', help='config file, or the name of a shipped config')
    parser.add_argument(
        '--method',
        nargs='+',
        action='extend',
        default=[],
        metavar='NAME',
        help='methods to apply to the config: names in '
        'configs/_base_/methods, or files')
    add_cfg_options(parser)
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='launcher of the processes')
    parser.add_argument(
        '--local_rank', '--local-rank', type=integer_from(0), default=0)


def add_inferencer_arguments(parser: argparse.ArgumentParser) -> None:
    """Checkpoint, its config and overrides."""
    parser.add_argument('checkpoint', help='checkpoint file')
    parser.add_argument(
        '--config',
        help='config file or name of a shipped config, instead of the '
        'config in the checkpoint')
    add_cfg_options(parser)
