"""Which parts of a run correct the class prior, and a warning for two.

Each of them makes rare classes as likely as frequent ones. Two of them make
them more likely.
"""
from typing import Iterable, List, NamedTuple, Optional

from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from torch import nn

from projects_move.datasets.samplers import ClassBalancedSampler
from projects_move.engine.utils import unwrap
from projects_move.models.classifiers import TauNormalizedClassifier
from projects_move.models.losses import (ClassBalancedLoss, LogitAdjustedLoss,
                                         ThreeExpertLoss)
from .deferred_reweighting_hook import DeferredReweightingHook
from .sampled_counts_hook import SampledCountsHook


@HOOKS.register_module()
class PriorUseHook(Hook):
    """Warns if parts of a run correct the class prior more than once.

    See :func:`prior_uses` and :func:`double_use`.
    """

    def before_train(self, runner) -> None:
        self._warn(runner, runner.train_dataloader.sampler)

    def before_test(self, runner) -> None:
        self._warn(runner)

    def _warn(self, runner, sampler=None) -> None:
        text = double_use(
            prior_uses(unwrap(runner.model), sampler, runner.hooks))
        if text:
            runner.logger.warning(text)


class PriorUse(NamedTuple):
    """A part that corrects the class prior.

    Attributes:
        kind: ``'loss'``, ``'weights'``, ``'sampling'``, ``'test'`` or
            ``'labels'``.
        text: What it does.
    """
    kind: str
    text: str


def prior_uses(model: nn.Module,
               sampler: Optional[object] = None,
               hooks: Iterable = ()) -> List[PriorUse]:
    """Parts of a training or test that correct the class prior in full.

    Square-root sampling corrects half of it and does not count.

    Args:
        model: The model.
        sampler: Sampler of the training, if there is one.
        hooks: Hooks of the runner.
    """
    head = getattr(model, 'cls_head', None)
    loss = getattr(head, 'loss_cls', None)
    name = type(loss).__name__
    hooks = list(hooks)
    interpolation = getattr(head, 'interpolation', None) or {}
    sees_sampler = any(isinstance(hook, SampledCountsHook) for hook in hooks)
    found = []
    if isinstance(loss, ThreeExpertLoss) or \
            isinstance(loss, LogitAdjustedLoss) and loss.tau > 0:
        found.append(PriorUse('loss', f'{name} adds it to the logits'))
    if isinstance(loss, ClassBalancedLoss) and loss.beta > 0:
        found.append(PriorUse('weights', f'{name} weights the classes'))
    if any(isinstance(hook, DeferredReweightingHook) for hook in hooks):
        found.append(
            PriorUse('weights', 'DeferredReweightingHook weights the classes'))
    if isinstance(sampler, ClassBalancedSampler) and sampler.power < .5 and \
            not (sees_sampler and found and found[0].kind == 'loss'):
        found.append(
            PriorUse(
                'sampling', f'{type(sampler).__name__} draws rare '
                'classes as often as frequent ones'))
    if getattr(head, 'post_hoc_tau', 0) > 0:
        found.append(PriorUse('test', 'post_hoc_tau subtracts it in a test'))
    if any(
            isinstance(module, TauNormalizedClassifier) and module.tau > 0
            for module in model.modules()):
        found.append(
            PriorUse('test', 'TauNormalizedClassifier scales the classes'))
    if interpolation.get('calibrated'):
        found.append(
            PriorUse(
                'labels', f'{type(head).__name__} calibrates the labels '
                'of mixed videos'))
    return found


def double_use(uses: Iterable[PriorUse]) -> Optional[str]:
    """Warning if the class prior is corrected more than once, else None.

    Calibrated labels go with sampling and with weights, but not with a prior
    on the logits.

    Example:
        >>> loss = PriorUse('loss', 'ALoss adds it to the logits')
        >>> double_use([loss, PriorUse('labels', 'BHead calibrates labels')])
        'the class prior is corrected more than once: ALoss adds it to the \
logits; BHead calibrates labels. Rare classes are predicted too often: leave \
one out'
        >>> double_use([loss]) is None
        True
    """
    uses = list(uses)
    if not {'loss', 'test'} & {use.kind for use in uses}:
        uses = [use for use in uses if use.kind != 'labels']
    if len(uses) < 2:
        return None
    return ('the class prior is corrected more than once: ' +
            '; '.join(use.text for use in uses) +
            '. Rare classes are predicted too often: leave one out')
