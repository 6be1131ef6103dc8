"""Comparison of settings on a held-out part of the training list."""
import argparse
from pathlib import Path
from typing import List, Tuple

from projects_move.apis.config_utils import find_config, read_config
from projects_move.errors import InputError
from .report import markdown
from .rows import Row, Table
from .runs import Plan, Run, execute_all

COLUMNS = {'All': 'mAP', 'Tail': 'mAP_tail', 'Acc@1': 'acc1'}


def tune(args: argparse.Namespace) -> None:
    """Run each value with each seed; print a table with a row for each value.

    Raises:
        SystemExit: If a run has failed.
    """
    key, values = args.grid
    base = held_out_options(args.config, args.held_out, args.cfg_options)
    rows = []
    for value in values:
        setting = f'{key}={value}'
        options = (*base, *args.cfg_options, setting)
        runs = tuple(
            Run(args.config, tuple(args.method), seed, args.work_dir /
                setting, options) for seed in args.seeds)
        rows.append(Row(setting, runs))
    execute_all([run for row in rows for run in row.runs],
                Plan(tuple(args.gpus or [None]) * args.jobs))
    name = '+'.join([args.config.stem, *args.method])
    table = Table(f'{name}, {args.held_out:g} of the training list held out',
                  COLUMNS, rows)
    print('\n' + markdown([table], ''))
    if any(row.failed for row in rows):
        raise SystemExit(1)


def held_out_options(config: Path, held_out: float,
                     options: List[str]) -> Tuple[str, ...]:
    """Overrides that validate and test on the held-out part.

    Args:
        config: Config whose training list is divided.
        held_out: Fraction of the list.
        options: Overrides of the user, which may set another list.
    """
    try:
        train = read_config(find_config(config)).train_dataloader.dataset
        prefix = train.data_prefix
    except AttributeError as error:
        raise InputError(f'{config}: expected a config with a training list: '
                         f'{error}') from error
    chosen = dict(option.split('=', 1) for option in options)
    shared = {
        key: chosen.get(f'train_dataloader.dataset.{key}', train.get(key))
        for key in ('ann_file', 'split', 'imbalance_ratio')
    }
    shared['data_prefix.features'] = prefix.get('features')
    shared['data_prefix.video'] = prefix.get('video')
    overrides = [
        f'train_dataloader.dataset.held_out={held_out}',
        'train_dataloader.dataset.subset=train'
    ]
    for loader in ('val_dataloader', 'test_dataloader'):
        overrides += [
            f'{loader}.dataset.held_out={held_out}',
            f'{loader}.dataset.subset=held_out',
            *(f'{loader}.dataset.{key}={value}'
              for key, value in shared.items() if value is not None)
        ]
    return tuple(overrides)
