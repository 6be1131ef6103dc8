"""Deferred re-weighting (Cao et al., NeurIPS 2019)."""
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move import functional as F
from projects_move.engine.utils import unwrap


@HOOKS.register_module()
class DeferredReweightingHook(Hook):
    """Weighs the classes by their effective number of videos, but only in
    the last part of the training.

    Told are all losses with a method ``set_class_weight(weight)``.

    Args:
        start: Share of the training after which it begins. The published and
            the released schedules begin at 0.8 and 0.5.
        beta: Of :func:`projects_move.functional.class_balanced_weight`.

    Raises:
        ValueError: Where nothing takes weights, or the class counts are not
            known.
    """

    def __init__(self, start: float = 0.5, beta: float = 0.9999) -> None:
        if not 0 <= start <= 1:
            raise ValueError(f'start must be in [0, 1], got {start}')
        self.start = start
        self.beta = beta
        self._begun = False

    def before_train(self, runner) -> None:
        self._begun = False
        if not list(_losses(runner)):
            raise ValueError(
                'DeferredReweightingHook finds no loss that takes class '
                'weights; those of projects_move.models.losses do')

    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        if self._begun or runner.iter < round(self.start * runner.max_iters):
            return
        self._begun = True
        counts = unwrap(runner.model)._buffers.get('class_counts')
        if counts is None or not counts.any():
            raise ValueError('DeferredReweightingHook knows no class counts: '
                             "add dict(type='ClassCountsHook')")
        weight = F.class_balanced_weight(counts.clamp(min=1), self.beta)
        for loss in _losses(runner):
            loss.set_class_weight(weight)
        runner.logger.info('The classes are re-weighted from here on: '
                           f'{weight.min():.3g} to {weight.max():.3g}')


def _losses(runner):
    for module in unwrap(runner.model).modules():
        if hasattr(module, 'set_class_weight'):
            yield module
