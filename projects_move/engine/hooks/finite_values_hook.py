"""Stop of a training whose loss, gradients or weights are not finite."""
from typing import List, Optional

import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from torch import Tensor

from projects_move.engine.finite import (SHOWN, combined_norm, fault_of_ranks,
                                         finite_on_all_ranks, not_finite,
                                         optim_wrappers, optimizer_tensors,
                                         video_names)
from projects_move.engine.utils import unwrap
from projects_move.errors import InputError

SKIPS = 'finite_values_skips'
REMEDY = (
    'Lower the learning rate, clip the gradients '
    "(optim_wrapper.clip_grad=dict(max_norm=20)), or check the data with "
    'tools/data/check.py')


@HOOKS.register_module()
class FiniteValuesHook(Hook):
    """Stops a training, or skips a step, if a value is NaN or infinite.

    The losses and gradients are checked before each step of the optimizer, so
    that weights and optimizer never see such a value. The weights, buffers and
    the state of the optimizer are checked in every ``interval`` iterations,
    before each validation and before a checkpoint is saved: the square of a
    finite gradient may overflow. Each check is one number on the device, which
    is read once. All ranks of a distributed training decide together.

    With a ``GradScaler`` (``AmpOptimWrapper``) the scaler checks the gradients
    and skips a step: some such steps are normal, as it searches its scale.
    This hook checks the losses, and counts the steps that are skipped in a
    row, also over a resume.

    Args:
        policy: ``'stop'`` stops the training. ``'skip'`` leaves out the step
            with a warning.
        max_skips: Number of steps that ``'skip'`` leaves out in a training;
            the next one stops it.
        max_overflows: Number of steps in a row that a ``GradScaler`` may
            skip; the next one stops the training.
        interval: Number of iterations between two checks of the weights.

    Raises:
        InputError: With the loss, gradients or weights that are not finite,
            the epoch and iteration, and the videos of the batch.
    """

    priority = 'LOWEST'  # sees the weights that other hooks put in checkpoints

    def __init__(self,
                 policy: str = 'stop',
                 max_skips: int = 10,
                 max_overflows: int = 30,
                 interval: int = 50) -> None:
        if policy not in ('stop', 'skip'):
            raise ValueError("policy must be 'stop' or 'skip', got "
                             f'{policy!r}')
        if max_skips < 0 or max_overflows < 1 or interval < 1:
            raise ValueError(
                'expected max_skips >= 0, max_overflows >= 1 and interval >= '
                f'1, got {max_skips}, {max_overflows} and {interval}')
        self.policy = policy
        self.max_skips = max_skips
        self.max_overflows = max_overflows
        self.interval = interval
        self._handles: list = []
        self._overflows = 0

    def rank_state(self) -> dict:
        return dict(overflows=self._overflows)

    def set_rank_state(self, state: dict) -> None:
        self._overflows = int(state['overflows'])

    def before_train(self, runner) -> None:
        self._runner = runner
        self._losses: List[dict] = []  # since the last step
        self._samples: list = []
        self._stepped = False
        self._remove_handles()
        model = unwrap(runner.model)
        self._handles.append(model.register_forward_hook(self._keep_losses))
        wrappers = optim_wrappers(runner)
        self._scaled = any(hasattr(each, 'loss_scaler') for each in wrappers)
        for each in wrappers:
            self._handles.append(
                each.optimizer.register_step_pre_hook(self._before_step))
        self._buffers: list = []  # before the batches of a step

    def after_train(self, runner) -> None:
        self._check_weights(runner)
        self._remove_handles()

    def _remove_handles(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        if self.policy == 'skip' and not self._samples:  # a step begins
            self._buffers = [(buffer, buffer.clone())
                             for buffer in unwrap(runner.model).buffers()]
        self._samples.append(
            data_batch.get('data_samples') if isinstance(data_batch, dict
                                                         ) else None)

    def _keep_losses(self, model, args, losses) -> None:
        if isinstance(losses, dict) and torch.is_grad_enabled():
            self._losses.append({
                name: value
                for name, value in losses.items()
                if isinstance(value, Tensor) and 'loss' in name
            })

    def _before_step(self, optimizer, args, kwargs) -> None:
        if self._scaled:
            found = getattr(optimizer, 'found_inf', None)
            self._stepped = found is None or not found.item()
            return
        gradients = [(id(p), p.grad) for group in optimizer.param_groups
                     for p in group['params'] if p.grad is not None]
        losses = [each for part in self._losses for each in part.values()]
        if finite_on_all_ranks([*losses, *(each for _, each in gradients)]):
            return
        fault = fault_of_ranks(self._bad_losses()) or fault_of_ranks(
            self._bad_gradients(gradients))
        # a norm may overflow although every value is finite
        if fault is not None and self._react(fault):
            for group in optimizer.param_groups:
                for parameter in group['params']:
                    parameter.grad = None

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch=None,
                         outputs=None) -> None:
        if self._scaled:
            self._check_scaled(runner)
        wrapper = runner.optim_wrapper
        if not hasattr(wrapper, 'should_update') or wrapper.should_update():
            self._losses, self._samples = [], []
        if self.every_n_train_iters(runner, self.interval):
            self._check_weights(runner)

    def _check_scaled(self, runner) -> None:
        losses = [each for part in self._losses for each in part.values()]
        if not finite_on_all_ranks(losses):
            fault = fault_of_ranks(self._bad_losses())
            if fault is not None:
                self._react(fault)
        elif runner.optim_wrapper.should_update():
            self._overflows = 0 if self._stepped else self._overflows + 1
            if self._overflows > self.max_overflows:
                self._stop(
                    f'the GradScaler skipped {self._overflows} steps in a '
                    'row: gradients are not finite at any scale of the loss; '
                    f'videos of the last batch: {video_names(self._samples)}')
        if runner.optim_wrapper.should_update():
            self._stepped = False

    def before_val_epoch(self, runner) -> None:
        if self._handles:  # a validation of a training
            self._check_weights(runner)

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        """Refuse to save a state that is not finite.

        Only the first rank saves, so no collective may be called here.
        """
        tensors = {
            name: value
            for key in ('state_dict', 'ema_state_dict')
            for name, value in (checkpoint.get(key) or {}).items()
            if isinstance(value, Tensor)
        } | optimizer_tensors(runner)
        if not bool(combined_norm(tensors.values()).isfinite()):
            bad = not_finite(tensors.items())
            if bad:
                raise InputError(f'after {runner.iter} iterations no '
                                 f'checkpoint is saved: {_weight_fault(bad)} '
                                 f'{REMEDY}')

    def _check_weights(self, runner) -> None:
        state = unwrap(runner.model).state_dict() | optimizer_tensors(runner)
        if not finite_on_all_ranks(state.values()):
            bad = not_finite(state.items())
            self._stop(fault_of_ranks(bad and _weight_fault(bad)))

    def _bad_losses(self) -> Optional[str]:
        """Losses of this rank that are not finite, with their videos."""
        for losses, samples in zip(self._losses, self._samples):
            bad = not_finite(losses.items())
            if bad:
                values = ', '.join(
                    f'{name} is {losses[name].detach().mean().item()}'
                    for name in bad[:SHOWN])
                return f'{values} for the videos {video_names([samples])}'
        return None

    def _bad_gradients(self, gradients: List[tuple]) -> Optional[str]:
        """Weights whose gradients are not finite, with the videos.

        Args:
            gradients: Id of each parameter, and its gradient.
        """
        ids = set(not_finite(gradients))
        model = unwrap(self._runner.model)
        names = [name for name, p in model.named_parameters() if id(p) in ids]
        if not names:
            return None
        return (f'the gradients of {len(names)} weights are not finite, first '
                f'{names[0]}, for the videos {video_names(self._samples)}')

    def _react(self, fault: str) -> bool:
        """Stop, or count a skipped step and restore the buffers, such as the
        running statistics of batch norm; whether to skip."""
        hub = self._runner.message_hub
        skips = hub.get_info(SKIPS, 0) or 0
        if self.policy == 'stop' or skips >= self.max_skips:
            before = f' {skips} steps were skipped before.' if skips else ''
            self._stop(fault + '. The weights are those before this step.' +
                       before)
        hub.update_info(SKIPS, skips + 1)
        self._runner.logger.warning(
            f'{_time(self._runner)}: step {skips + 1} of at most '
            f'{self.max_skips} is skipped: {fault}')
        for buffer, before in self._buffers:
            buffer.copy_(before)
        return True

    def _stop(self, fault: Optional[str]) -> None:
        if fault is not None:
            self._remove_handles()
            raise InputError(f'{_time(self._runner)}: {fault} {REMEDY}')


def _weight_fault(names: List[str]) -> str:
    return (
        f'{len(names)} weights, buffers or states of the optimizer are not '
        f'finite, first {names[0]}.')


def _time(runner) -> str:
    return f'epoch {runner.epoch + 1}, iteration {runner.iter + 1}'
