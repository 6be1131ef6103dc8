"""Losses go to the log when the log is written, not before."""
from typing import Dict, List, Optional

import torch
from mmengine.hooks import LoggerHook, RuntimeInfoHook
from mmengine.registry import HOOKS
from torch import Tensor

HISTORY = 10_000  # entries of each scalar, at the least an epoch


@HOOKS.register_module()
class DeferredRuntimeInfoHook(RuntimeInfoHook):
    """``RuntimeInfoHook`` that does not wait for the device in each step.

    MMEngine's asks for the value of each loss in each step, and keeps the
    last million of every scalar, which it copies to append one. Here losses
    stay on the device until a ``LoggerHook`` is about to write, or an epoch
    ends, and as many entries are kept as an epoch has steps, or 10,000.
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
            self._hand_over(runner)

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        self._hand_over(runner)
        checkpoint['message_hub'] = runner.message_hub.state_dict()

    def after_train(self, runner) -> None:
        self._hand_over(runner)

    def _hand_over(self, runner) -> None:
        for name, values in self._pending.items():
            for value in torch.stack(values).double().flatten().tolist():
                runner.message_hub.update_scalar(f'train/{name}', value)
        self._pending.clear()
        longest = max(HISTORY, len(runner.train_dataloader))
        for buffer in runner.message_hub.log_scalars.values():
            buffer.max_length = min(buffer.max_length, longest)
