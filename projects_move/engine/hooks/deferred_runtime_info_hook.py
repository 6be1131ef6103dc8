"""Losses that stay on the device until the log is written."""
from typing import Dict, List, Optional

import torch
from mmengine.hooks import LoggerHook, RuntimeInfoHook
from mmengine.registry import HOOKS
from torch import Tensor

HISTORY = 10_000  # entries kept of each scalar


@HOOKS.register_module()
class DeferredRuntimeInfoHook(RuntimeInfoHook):
    """``RuntimeInfoHook`` without a synchronisation with the device per step.

    MMEngine's hook reads the value of each loss in each step, and keeps the
    last million values of each scalar in an array that it copies to append
    one. This hook reads losses before a ``LoggerHook`` writes and at the end
    of an epoch, and keeps the values of one epoch, at least 10,000.
    """

    def __init__(self) -> None:
        self._pending: Dict[str, List[Tensor]] = {}
        self._intervals: List[int] = []

    def before_train(self, runner) -> None:
        super().before_train(runner)
        self._intervals = [
            hook.interval for hook in runner.hooks
            if isinstance(hook, LoggerHook)
        ]

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch=None,
                         outputs: Optional[dict] = None) -> None:
        for name, value in (outputs or {}).items():
            self._pending.setdefault(name, []).append(
                torch.as_tensor(value).detach())
        if any(
                self.every_n_inner_iters(batch_idx, interval)
                or self.every_n_train_iters(runner, interval)
                for interval in self._intervals) or self.end_of_epoch(
                    runner.train_dataloader, batch_idx):
            self._flush(runner)

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        self._flush(runner)
        checkpoint['message_hub'] = runner.message_hub.state_dict()

    def after_train(self, runner) -> None:
        self._flush(runner)

    def _flush(self, runner) -> None:
        for name, values in self._pending.items():
            for value in torch.stack(values).double().flatten().tolist():
                runner.message_hub.update_scalar(f'train/{name}', value)
        self._pending.clear()
        longest = max(HISTORY, len(runner.train_dataloader))
        for buffer in runner.message_hub.log_scalars.values():
            buffer.max_length = min(buffer.max_length, longest)
