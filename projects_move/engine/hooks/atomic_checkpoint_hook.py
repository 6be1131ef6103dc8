"""Checkpoints that a crash cannot damage, and that resume exactly."""
import logging
import os
from pathlib import Path
from typing import List, Optional

from mmengine.dist import get_rank, get_world_size, is_main_process
from mmengine.hooks import CheckpointHook, EMAHook
from mmengine.logging import print_log
from mmengine.registry import HOOKS

from projects_move.engine.atomic_backend import AtomicBackend  # noqa: F401
from projects_move.engine.rank_state import gather_rank_states, set_rank_state
from projects_move.engine.resumed_state import require_same_training
from projects_move.engine.utils import is_resuming
from projects_move.errors import InputError
from projects_move.file_io import atomic_write, remove_dead_drafts

INTERRUPTED = 'interrupted.pth'  # checkpoint of a training that was stopped


@HOOKS.register_module()
class AtomicCheckpointHook(CheckpointHook):
    """MMEngine's ``CheckpointHook`` with atomic writes.

    A checkpoint and the file ``last_checkpoint`` are written beside their
    names and renamed. The oldest checkpoint is deleted after the newest is
    complete, not before. Names in checkpoints and in ``last_checkpoint`` are
    read relative to the work directory, which may move.

    It also saves what MMEngine does not: accumulated gradients, the buffers
    of each rank, the state of hooks with ``rank_state``, and whether the
    validation of the checkpoint is done. A checkpoint of another training is
    not resumed, see :func:`.resumed_state.require_same_training`.

    Args:
        backend_args: Storage backend; by default the local one, with atomic
            writes.
        kwargs: Arguments of MMEngine's ``CheckpointHook``.
    """

    def __init__(self, *args, backend_args: Optional[dict] = None, **kwargs):
        is_local = '://' not in str(kwargs.get('out_dir') or '')
        if backend_args is None and is_local and \
                kwargs.get('file_client_args') is None:
            backend_args = dict(backend='atomic')
        super().__init__(*args, backend_args=backend_args, **kwargs)
        self._rank_states: Optional[List[dict]] = None
        self._loaded: Optional[List[dict]] = None
        self._validated = False

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        if is_resuming(runner):
            require_same_training(runner, checkpoint)
            self._loaded = checkpoint.get('rank_states')

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        checkpoint['meta']['validated'] = self._validated
        if 'optimizer' in checkpoint and self._rank_states is not None:
            checkpoint['rank_states'] = self._rank_states

    def before_train(self, runner) -> None:
        if sum(isinstance(hook, EMAHook) for hook in runner.hooks) > 1:
            raise InputError('expected one EMAHook, found several: a '
                             'checkpoint has the averaged weights of one')
        super().before_train(runner)
        self._find_best_here(runner)
        if is_main_process() and '://' not in str(self.out_dir):
            remove_dead_drafts(self.out_dir)
        states, self._loaded = self._loaded, None
        if states is None:
            return
        if len(states) == get_world_size():
            set_rank_state(runner, states[get_rank()])
        else:
            print_log(
                f'the checkpoint is of {len(states)} ranks, the training has '
                f'{get_world_size()}: it differs from one that was not '
                'interrupted', 'current', logging.WARNING)

    def after_train_iter(self, runner, batch_idx, data_batch=None, **kwargs):
        self._validated = False
        super().after_train_iter(runner, batch_idx, data_batch, **kwargs)

    def after_val_epoch(self, runner, metrics) -> None:
        self._validated = True
        super().after_val_epoch(runner, metrics)

    def save_interrupted(self, runner, epoch: int, iteration: int) -> str:
        """Save a training that stops, and return the path.

        Args:
            epoch: Number of complete epochs.
            iteration: Number of steps that are done.
        """
        path = self.file_backend.join_path(self.out_dir, INTERRUPTED)
        self._write(runner, path, dict(epoch=epoch, iter=iteration))
        return path

    def _save_checkpoint_with_step(self, runner, step: int,
                                   meta: dict) -> None:
        # unlike MMEngine, write the newest before the oldest is deleted
        name = self.filename_tmpl.format(step)
        self.last_ckpt = self.file_backend.join_path(self.out_dir, name)
        outdated = [INTERRUPTED]
        if self.max_keep_ckpts > 0:
            kept = [each for each in self.keep_ckpt_ids if each != step]
            cut = max(0, len(kept) + 1 - self.max_keep_ckpts)
            outdated += map(self.filename_tmpl.format, kept[:cut])
            self.keep_ckpt_ids.clear()
            self.keep_ckpt_ids.extend([*kept[cut:], step])
            runner.message_hub.update_info('keep_ckpt_ids', [*kept, step])
        runner.message_hub.update_info('last_ckpt', self.last_ckpt)
        self._write(runner, self.last_ckpt, meta)
        if self.max_keep_ckpts > 0:
            runner.message_hub.update_info('keep_ckpt_ids',
                                           list(self.keep_ckpt_ids))
        for name in outdated if is_main_process() else ():
            self._remove(self.file_backend.join_path(self.out_dir, name))

    def _write(self, runner, path: str, meta: dict) -> None:
        """Write a checkpoint, then the file that names it."""
        self._rank_states = gather_rank_states(runner)
        runner.save_checkpoint(
            self.out_dir,
            os.path.basename(path),
            self.file_client_args,
            save_optimizer=self.save_optimizer,
            save_param_scheduler=self.save_param_scheduler,
            meta=meta,
            by_epoch=self.by_epoch,
            backend_args=self.backend_args,
            **self.args)
        self._rank_states = None
        if is_main_process():
            with atomic_write(Path(runner.work_dir, 'last_checkpoint')) as f:
                f.write_text(path)

    def _remove(self, path: str) -> None:
        if self.file_backend.isfile(path):
            self.file_backend.remove(path)
        elif self.file_backend.isdir(path):  # a distributed checkpoint
            self.file_backend.rmtree(path)

    def _find_best_here(self, runner) -> None:
        """Look for the best checkpoint in this folder, also if it moved."""
        if not self.save_best:
            return
        if len(self.key_indicators) == 1:
            if self.best_ckpt_path:
                self.best_ckpt_path = self._here(self.best_ckpt_path)
                runner.message_hub.update_info('best_ckpt',
                                               self.best_ckpt_path)
            return
        for key, path in self.best_ckpt_path_dict.items():
            if path:
                path = self.best_ckpt_path_dict[key] = self._here(path)
                runner.message_hub.update_info(f'best_ckpt_{key}', path)

    def _here(self, path: str) -> str:
        return self.file_backend.join_path(self.out_dir,
                                           os.path.basename(path))
