"""Signals that end a training after it has been saved."""
import sys
from functools import partial
from typing import Callable, NoReturn, Optional

import torch
from mmengine.dist import all_reduce, barrier, get_world_size, is_main_process
from mmengine.hooks import EMAHook, Hook
from mmengine.registry import HOOKS

from projects_move.engine.utils import built_loops
from projects_move.utils.shared_files import mark_owner
from projects_move.utils.stop_signal import (REQUEUE, obey_parent_only,
                                             received_signal)
from .atomic_checkpoint_hook import AtomicCheckpointHook


@HOOKS.register_module()
class StopHook(Hook):
    """Ends a training after a signal: finishes the step, saves, exits.

    ``tools/train.py`` notices the signals, see
    :mod:`projects_move.utils.stop_signal`: SIGTERM, SIGUSR1 and Ctrl-C. All
    ranks stop after the same step, in the step of the first rank that has
    received one. The exit status is 75, at which a scheduler requeues the
    job. A validation stops as well, with one rank; it is repeated by
    ``ResumedValidationHook``. Several ranks finish it first, because each may
    have another number of batches.

    Raises:
        SystemExit: With the status 75.
    """

    priority = 'LOWEST'  # after everything else of a step

    def __init__(self) -> None:
        self._is_training = False

    def before_train(self, runner) -> None:
        self._is_training = True
        for loop in built_loops(runner):
            keep_workers(loop.dataloader)

    def after_train(self, runner) -> None:
        self._is_training = False

    def before_test(self, runner) -> None:
        keep_workers(runner.test_loop.dataloader)

    def after_train_iter(self, runner, batch_idx, data_batch=None, **kwargs):
        if stop_is_agreed():
            self._stop(runner, runner.epoch, runner.iter + 1)

    def after_val_iter(self, runner, batch_idx, data_batch=None, **kwargs):
        if not received_signal() or get_world_size() > 1:
            return
        if not self._is_training:
            leave('nothing to save')
        for hook in runner.hooks:
            if isinstance(hook, EMAHook):  # validates the averaged weights
                hook._swap_ema_parameters()
        self._stop(runner, runner.epoch, runner.iter)

    def after_test_iter(self, runner, batch_idx, data_batch=None, **kwargs):
        if received_signal() and get_world_size() == 1:
            leave('nothing to save')

    @staticmethod
    def _stop(runner, epoch: int, iteration: int) -> NoReturn:
        saved = 'nothing saved without AtomicCheckpointHook'
        for hook in runner.hooks:
            if isinstance(hook, AtomicCheckpointHook):
                path = hook.save_interrupted(runner, epoch, iteration)
                saved = f'saved {path}; --resume goes on'
        barrier()  # a launcher ends all ranks when the first one exits
        leave(saved)


def stop_is_agreed() -> bool:
    """Whether any rank has received a signal; the same on all ranks."""
    received = received_signal() is not None
    if get_world_size() == 1:
        return received
    flag = torch.tensor([int(received)])
    all_reduce(flag, 'max')
    return bool(flag)


def leave(saved: str) -> NoReturn:
    """Exit with the status that requeues, and say what was saved."""
    if is_main_process():
        signal = received_signal() or 'a signal to another rank'
        print(f'stopped by {signal}: {saved}', file=sys.stderr, flush=True)
    raise SystemExit(REQUEUE)


def keep_workers(loader) -> None:
    """Let the workers of a data loader outlive the signals."""
    init = loader.worker_init_fn
    if getattr(init, 'func', None) is not _init_worker:
        loader.worker_init_fn = partial(_init_worker, init)


def _init_worker(init: Optional[Callable], worker_id: int) -> None:
    obey_parent_only()
    mark_owner()
    if init is not None:
        init(worker_id)
