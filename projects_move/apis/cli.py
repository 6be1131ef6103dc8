"""What the command line tools share."""
import argparse
import copy
import os
from pathlib import Path
from typing import Tuple

import torch
from mmengine.config import Config, DictAction
from mmengine.dist import barrier
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from projects_move.compat import end_process_group
from .config_types import type_name

METHODS = Path(__file__).parents[2] / 'configs' / '_base_' / 'methods'


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Method, overrides and launcher, the last two as in MMAction2."""
    parser.add_argument(
        '--method',
        nargs='+',
        default=[],
        metavar='NAME',
        help='methods on top of the config, of configs/_base_/methods or '
        'files of your own')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='overrides of the config, key=value; lists as key="[a,b]"')
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='who starts the processes')
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)


def build_runner(cfg: Config) -> Runner:
    """Of the config's ``runner_type``, such as ``FlexibleRunner``."""
    if 'runner_type' in cfg:
        return RUNNERS.build(cfg)
    return Runner.from_cfg(cfg)


def parse_shard(text: str) -> Tuple[int, int]:
    """``(i, n)`` of ``i/n``: the i-th, from 0, of n parts.

    Raises:
        ValueError: For anything else.

    Example:
        >>> parse_shard('2/4')
        (2, 4)
    """
    try:
        index, count = (int(part) for part in text.split('/'))
        if not 0 <= index < count:
            raise ValueError
    except ValueError:
        raise ValueError(
            f'--shard is i/n with 0 <= i < n, got {text!r}') from None
    return index, count


def load_config(args: argparse.Namespace) -> Config:
    """The config of the command line, with its methods on top."""
    cfg = Config.fromfile(args.config)
    for name in args.method:
        add_method(cfg, name)
    return cfg


def add_method(cfg: Config, name: str) -> None:
    """Put a method on top of a config.

    What its file sets replaces what the config has; its ``train_transforms``
    go behind the training pipeline.

    Args:
        cfg: Changed in place.
        name: A file, or the name of one in the folder ``methods`` beside the
            config, where a data set has settings of its own, or in
            ``configs/_base_/methods``.

    Raises:
        SystemExit: Where there is none, with those that are there.
    """
    own = Path(cfg.filename).parent / 'methods'
    places = (own / f'{name}.py', METHODS / f'{name}.py', Path(name))
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        known = ', '.join(sorted(file.stem for file in METHODS.glob('*.py')))
        raise SystemExit(f'no method {name!r}; there are {known}')
    method = Config.fromfile(path)
    transforms = method.pop('train_transforms', [])
    cfg.merge_from_dict(method.to_dict())
    if transforms:
        cfg.train_dataloader.dataset.pipeline += transforms


def finish_config(cfg: Config, args: argparse.Namespace) -> None:
    """Apply the overrides, and settle launcher and work directory."""
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    cfg.launcher = args.launcher
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs') / Path(args.config).stem)
    if torch.cuda.is_available():  # copies from pinned memory do not wait
        for name in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
            if cfg.get(name) is not None:
                cfg[name].setdefault('pin_memory', True)


def write_test_metrics(cfg: Config, folder: Path) -> None:
    """Have the test's ``LongTailMetric`` write its files to a folder."""
    evaluators = copy.deepcopy(cfg.test_evaluator)  # validation may share it
    for evaluator in (evaluators
                      if isinstance(evaluators, list) else [evaluators]):
        if type_name(evaluator['type']) == 'LongTailMetric':
            evaluator.setdefault('out_dir', str(folder))
    cfg.test_evaluator = evaluators


def chosen_checkpoint(work_dir: str) -> Path:
    """The best checkpoint where the config chooses one, else the last."""
    best = sorted(Path(work_dir).glob('best_*.pth'), key=os.path.getmtime)
    if best:
        return best[-1]
    return Path((Path(work_dir) / 'last_checkpoint').read_text().strip())


def use_mixed_precision(cfg: Config) -> None:
    """Train under autocast: float16 with loss scaling on a GPU, bfloat16 on
    a CPU.

    Raises:
        SystemExit: For an optim wrapper that knows no mixed precision.
    """
    known = ('OptimWrapper', 'AmpOptimWrapper', 'AutocastOptimWrapper')
    kind = type_name(cfg.optim_wrapper.get('type', 'OptimWrapper'))
    if kind not in known:
        raise SystemExit(f'--amp works with {known}, not with {kind}')
    if kind == 'AutocastOptimWrapper':
        return
    if torch.cuda.is_available():
        cfg.optim_wrapper.type = 'AmpOptimWrapper'
        cfg.optim_wrapper.setdefault('loss_scale', 'dynamic')
    else:
        cfg.optim_wrapper.type = 'AutocastOptimWrapper'


def leave_process_group() -> None:
    """Stop talking to other processes, once all are done."""
    barrier()
    end_process_group()
