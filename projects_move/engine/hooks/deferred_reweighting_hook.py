"""Deferred re-weighting (Cao et al., NeurIPS 2019)."""
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move import functional as F
from projects_move.engine.utils import unwrap


@HOOKS.register_module()
class DeferredReweightingHook(Hook):
    """Weights the classes by their effective number of videos in the last part
    of a training.

    It calls ``set_class_weight(weight)`` on each loss that has this method.

    Args:
        start: Fraction of the training after which the weights are set: 0.8
            in the paper, 0.5 in the released schedule.
        beta: See :func:`projects_move.functional.class_balanced_weight`.

    Raises:
        ValueError: Without a loss that takes weights, or without class counts.
    """

    def __init__(self, start: float = 0.5, beta: float = 0.9999) -> None:
        if not 0 <= start <= 1:
            raise ValueError(f'start must be in [0, 1], got {start}')
        self.start = start
        self.beta = beta
        self._started = False

    def before_train(self, runner) -> None:
        self._started = False
        if not list(_losses(runner)):
            raise ValueError(
                'DeferredReweightingHook found no loss with class weights: '
                'use a loss of projects_move.models.losses')

    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        if self._started or runner.iter < round(self.start * runner.max_iters):
            return
        self._started = True
        counts = unwrap(runner.model)._buffers.get('class_counts')
        if counts is None or not counts.any():
            raise ValueError('DeferredReweightingHook has no class counts: '
                             "add dict(type='ClassCountsHook')")
        weight = F.class_balanced_weight(counts.clamp(min=1), self.beta)
        for loss in _losses(runner):
            loss.set_class_weight(weight)
        runner.logger.info(
            'DeferredReweightingHook weights the classes from now on: '
            f'{weight.min():.3g} to {weight.max():.3g}')


def _losses(runner):
    for module in unwrap(runner.model).modules():
        if hasattr(module, 'set_class_weight'):
            yield module
