"""Comparison of settings on videos that training does not see."""
import argparse
from itertools import product
from typing import Sequence

from projects_move.apis.configs import load_config, parse_cfg_options
from projects_move.errors import InputError
from .execution import Plan, execute_all
from .report import markdown
from .rows import Row, Table
from .run import Run
from .tables import COLUMNS, provenance_line
from .validation import LIST_KEYS, held_out_options, validation_options

TRAINING_LIST = [f'train_dataloader.dataset.{key}' for key in LIST_KEYS]


def tune(args: argparse.Namespace) -> None:
    """Run each combination of values with each seed; print a table with a row
    for each combination.

    Raises:
        InputError: For a key that is given twice or that the tool sets.
        SystemExit: If a run has failed.
    """
    cfg = load_config(args.config, args.method,
                      parse_cfg_options(args.cfg_options))
    if args.validation:
        base = validation_options(cfg, args.validation)
        source = f'validated on {args.validation}'
    else:
        base = held_out_options(cfg, args.held_out)
        source = f'{args.held_out:g} of the training list held out'
    check_keys([key for key, _ in args.grid], base, args.cfg_options,
               not args.validation)
    rows = []
    for values in product(*(values for _, values in args.grid)):
        settings = tuple(f'{key}={value}'
                         for (key, _), value in zip(args.grid, values))
        options = (*base, *args.cfg_options, *settings)
        runs = tuple(
            Run(args.config, tuple(args.method), seed,
                args.work_dir.joinpath(*settings), options)
            for seed in dict.fromkeys(args.seeds))
        rows.append(Row(', '.join(settings), runs))
    runs = [run for row in rows for run in row.runs]
    execute_all(runs, Plan(tuple(args.gpus or [None]) * args.jobs))
    name = '+'.join([args.config.stem, *args.method])
    table = Table(f'{name}, {source}', COLUMNS, rows)
    footer = provenance_line(args.seeds, runs, args.spread)
    print('\n' + markdown([table], footer, args.spread))
    if any(row.failed for row in rows):
        raise SystemExit(1)


def check_keys(grid: Sequence[str], base: Sequence[str],
               options: Sequence[str], divides_list: bool) -> None:
    """Check that each key is set once.

    Args:
        grid: Keys of the settings that are compared.
        base: Overrides that the tool chooses.
        options: Overrides of the user.
        divides_list: Whether a part of the training list is held out, which
            is the part of one list.
    """
    ours, theirs = ({pair.partition('=')[0]
                     for pair in pairs} for pairs in (base, options))
    for key in grid:
        if grid.count(key) > 1:
            raise InputError(f'--grid: expected each key once, found {key} '
                             'twice: give all its values to one --grid')
        if key in theirs:
            raise InputError(f'expected {key} either in --grid or in '
                             '--cfg-options, found it in both')
        if divides_list and key in TRAINING_LIST:
            raise InputError(f'--grid: {key} chooses another training list '
                             'for each value: give a list to --validation')
    for key in (*grid, *sorted(theirs)):
        if key in ours:
            raise InputError(f'expected no {key}, which tune.py sets from the '
                             'training list or from --validation')
