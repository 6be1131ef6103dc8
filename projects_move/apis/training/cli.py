"""Training and testing by the arguments of the tools."""
import argparse
import copy
import os
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Tuple

import torch
from mmengine.config import Config
from mmengine.dist import barrier
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from projects_move.apis.checkpoints import read_checkpoint
from projects_move.apis.configs import (load_config, merge_options,
                                        parse_cfg_options, type_name)
from projects_move.compat import end_process_group
from projects_move.engine.utils import unwrap
from projects_move.errors import InputError, MissingInputError
from projects_move.utils.stop_signal import stop_requested
from .log_errors import output_errors
from .rank_failures import ranks_end_together
from .resuming import check_checkpoint, latest_checkpoint
from .training_state import named_resume
from .work_dir_lock import work_dir_lock


@ranks_end_together()
def train(args: argparse.Namespace) -> None:
    """Train and, with ``--test``, test by the arguments of ``train.py``.

    Raises:
        SystemExit: With the status 75 after SIGTERM, SIGUSR1 or Ctrl-C, see
            ``StopHook``.
    """
    cfg = _load_config(args)
    if args.no_validate:
        cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    if args.amp:
        use_mixed_precision(cfg)
    if args.resume not in (None, 'auto'):
        cfg.resume, cfg.load_from = True, args.resume
    if args.auto_scale_lr:
        cfg.auto_scale_lr.enable = True
    randomness = dict(
        seed=args.seed,
        diff_rank_seed=args.diff_rank_seed,
        deterministic=args.deterministic)
    chosen = {name: value for name, value in randomness.items() if value}
    cfg.randomness = {**randomness, **cfg.get('randomness', {}), **chosen}
    finish_config(cfg, args)
    with ExitStack() as stack:
        stack.enter_context(output_errors(cfg.work_dir))
        if cfg.launcher == 'none':
            stack.enter_context(
                work_dir_lock(cfg.work_dir, wait=args.resume is not None))
        _train(cfg, args)
    leave_process_group()


def _train(cfg: Config, args: argparse.Namespace) -> None:
    if args.resume == 'auto':
        path = latest_checkpoint(cfg.work_dir)
        cfg.resume, cfg.load_from = path is not None, path and str(path)
    if cfg.get('load_from') is not None:
        check_checkpoint(cfg.load_from, to_resume=bool(cfg.get('resume')))
    if args.test:
        write_test_metrics(cfg, Path(cfg.work_dir) / 'test')
    with stop_requested(interrupt=True):
        runner = build_runner(cfg)
        with named_resume(runner):
            runner.train()
        if args.test:
            runner.load_checkpoint(str(chosen_checkpoint(cfg.work_dir)))
            runner.test()


@ranks_end_together()
def test(args: argparse.Namespace) -> None:
    """Test a checkpoint by the arguments of ``test.py``."""
    cfg = _load_config(args)
    if args.show or args.show_dir:
        cfg.default_hooks.visualization = dict(
            type='VisualizationHook',
            enable=True,
            show=args.show,
            out_dir=args.show_dir,
            interval=args.interval,
            wait_time=args.wait_time)
    if args.dump:
        evaluators = cfg.test_evaluator
        if not isinstance(evaluators, (list, tuple)):
            evaluators = [evaluators]
        cfg.test_evaluator = [
            *evaluators,
            dict(type='DumpResults', out_file_path=args.dump)
        ]
    finish_config(cfg, args)
    cfg.load_from = args.checkpoint
    with output_errors(cfg.work_dir):
        runner = build_runner(cfg)
        _require_all_weights(args.checkpoint, unwrap(runner.model))
        runner.test()
    leave_process_group()


def _load_config(args: argparse.Namespace) -> Config:
    """Config with its methods; ``finish_config`` applies the overrides."""
    return load_config(args.config, args.method)


def _require_all_weights(path: str, model: torch.nn.Module) -> None:
    """Check that a test measures trained weights only.

    MMEngine warns of missing weights, and tests those of the initialization.

    Raises:
        InputError: For a file that is no checkpoint, or that lacks a weight
            of the model.
    """
    if '://' in path:  # MMEngine downloads it
        return
    saved = {
        name.split('module.', 1)[-1] if name.startswith('module.') else name
        for name in read_checkpoint(path)['state_dict']
    }
    names = [name for name, _ in model.named_parameters()]
    missing = [name for name in names if name not in saved]
    if missing:
        raise InputError(f'{path} lacks {len(missing)} of the {len(names)} '
                         f'weights of the model, first {missing[0]}')


def build_runner(cfg: Config) -> Runner:
    """Runner of the config's ``runner_type``, such as ``FlexibleRunner``."""
    if 'runner_type' in cfg:
        return RUNNERS.build(cfg)
    return Runner.from_cfg(cfg)


def parse_shard(text: str) -> Tuple[int, int]:
    """``(i, n)`` from ``i/n``: the i-th, from 0, of n shards.

    Raises:
        InputError: If the text has another form or ``i`` is not below ``n``.

    Example:
        >>> parse_shard('2/4')
        (2, 4)
    """
    try:
        index, count = (int(part) for part in text.split('/'))
        if not re.fullmatch('[0-9]+/[0-9]+', text) or not 0 <= index < count:
            raise ValueError
    except ValueError:
        raise InputError(
            f'--shard is i/n with 0 <= i < n, got {text!r}') from None
    return index, count


def finish_config(cfg: Config, args: argparse.Namespace) -> None:
    """Apply the overrides and set launcher and work directory."""
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    merge_options(cfg, parse_cfg_options(args.cfg_options))
    cfg.launcher = args.launcher
    if cfg.get('sync_bn') and cfg.launcher != 'none' and \
            not torch.cuda.is_available():
        raise InputError('sync_bn needs GPUs, found none: remove it, or set '
                         'sync_batch_norm=True of NetVLADNeck')
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs') / Path(args.config).stem)
    if torch.cuda.is_available():  # pinned memory is copied asynchronously
        for name in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
            if cfg.get(name) is not None:
                cfg[name].setdefault('pin_memory', True)


def write_test_metrics(cfg: Config, folder: Path) -> None:
    """Set the output folder of the test's ``LongTailMetric``."""
    evaluators = copy.deepcopy(cfg.test_evaluator)  # validation may share it
    for evaluator in (evaluators
                      if isinstance(evaluators, list) else [evaluators]):
        if type_name(evaluator['type']) == 'LongTailMetric':
            evaluator.setdefault('out_dir', str(folder))
    cfg.test_evaluator = evaluators


def chosen_checkpoint(work_dir: str) -> Path:
    """The best checkpoint if the config saves one, else the last.

    Raises:
        MissingInputError: If there is none.
    """
    best = sorted(Path(work_dir).glob('best_*.pth'), key=os.path.getmtime)
    if best:
        return best[-1]
    last = latest_checkpoint(work_dir)
    if last is None:
        raise MissingInputError(f'{work_dir} has no checkpoint to test')
    return last


def use_mixed_precision(cfg: Config) -> None:
    """Train under autocast: float16 with loss scaling on a GPU, bfloat16 on
    a CPU.

    Raises:
        InputError: If the optim wrapper does not support mixed precision.
    """
    known = ('OptimWrapper', 'AmpOptimWrapper', 'AutocastOptimWrapper')
    kind = type_name(cfg.optim_wrapper.get('type', 'OptimWrapper'))
    if kind not in known:
        raise InputError(f'--amp expects one of {known}, found {kind}')
    if kind == 'AutocastOptimWrapper':
        return
    if torch.cuda.is_available():
        cfg.optim_wrapper.type = 'AmpOptimWrapper'
        cfg.optim_wrapper.setdefault('loss_scale', 'dynamic')
    else:
        cfg.optim_wrapper.type = 'AutocastOptimWrapper'


def leave_process_group() -> None:
    """Leave the process group after all ranks are done."""
    barrier()
    end_process_group()
