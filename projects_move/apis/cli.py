"""What the command line tools share."""
import argparse
import os
from pathlib import Path

import torch
from mmengine.config import Config, DictAction


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Overrides and launcher, as MMAction2's tools have them."""
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


def use_mixed_precision(cfg: Config) -> None:
    """Train under autocast: float16 with loss scaling on a GPU, bfloat16 on
    a CPU.

    Raises:
        SystemExit: For an optim wrapper that knows no mixed precision.
    """
    known = ('OptimWrapper', 'AmpOptimWrapper', 'AutocastOptimWrapper')
    kind = cfg.optim_wrapper.get('type', 'OptimWrapper')
    if kind not in known:
        raise SystemExit(f'--amp works with {known}, not with {kind}')
    if kind == 'AutocastOptimWrapper':
        return
    if torch.cuda.is_available():
        cfg.optim_wrapper.type = 'AmpOptimWrapper'
        cfg.optim_wrapper.setdefault('loss_scale', 'dynamic')
    else:
        cfg.optim_wrapper.type = 'AutocastOptimWrapper'
