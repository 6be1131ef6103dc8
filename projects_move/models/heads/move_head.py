"""Minority-Oriented Vicinity Expansion (MOVE, AAAI 2023, Sec. 3.1).

Two views of a video are extrapolated (Eq. 11), then mixed with another video
of the batch under labels that favour rare classes (Eq. 12). Where the paper
and the authors' released code differ, ``formulation`` decides:

* ``paper``: a step and a ratio of its own for each video;
* ``official``: one step and one ratio for the whole batch.

The paper has one alpha; the released code draws the step from Beta(2, 2) and
the ratio from Beta(1, 1). Both are settings of their own here.
"""
import logging
from functools import lru_cache
from typing import Dict, List, Optional, Tuple

import torch
from mmaction.registry import MODELS
from mmengine.logging import print_log
from torch import Tensor
from torch.distributions import Beta

from projects_move import functional as F
from projects_move.formulations import check_formulation
from .long_tail_head import LongTailHead
from .targets import stack_ignored, stack_targets


@MODELS.register_module()
class MOVEHead(LongTailHead):
    """A :class:`LongTailHead` trained on the expanded vicinity of the data.

    Args:
        extrapolation: ``dict(alpha=2.0)``: omega ~ Beta(alpha, alpha) + 1.
            None averages the views instead.
        interpolation: ``dict(alpha=1.0, gamma=0.5, calibrated=True)``: lambda
            ~ Beta(alpha, alpha), gamma of the label weight. Without
            ``calibrated`` this is plain mixup. None mixes nothing.
        formulation: ``'official'`` or ``'paper'``.
        kwargs: Of :class:`LongTailHead`.

    The calibration needs the class counts, which ``ClassCountsHook`` sets.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 extrapolation: Optional[dict] = dict(alpha=2.0),
                 interpolation: Optional[dict] = dict(
                     alpha=1.0, gamma=0.5, calibrated=True),
                 formulation: str = 'official',
                 **kwargs) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        self.formulation = check_formulation(formulation)
        self.extrapolation = _settings('extrapolation', extrapolation,
                                       dict(alpha=2.0))
        self.interpolation = _settings(
            'interpolation', interpolation,
            dict(alpha=1.0, gamma=0.5, calibrated=True))
        if self.interpolation is not None and not getattr(
                self.loss_cls, 'takes_soft_targets', True):
            raise ValueError(f'{type(self.loss_cls).__name__} takes no soft '
                             'targets, but interpolation makes them')
        self.register_buffer('class_counts',
                             torch.zeros(num_classes, dtype=torch.int64))
        self.register_buffer(
            'label_weight', torch.zeros(num_classes), persistent=False)
        self._counts_known = False

    def set_class_counts(self, class_counts: Tensor) -> None:
        """Training videos of each class, int64 ``(S,)``."""
        counts = torch.as_tensor(class_counts)
        if counts.shape != (self.num_classes, ):
            raise ValueError(f'MOVEHead has {self.num_classes} classes, got '
                             f'class counts of {tuple(counts.shape)}')
        self.class_counts.copy_(counts)
        if self.interpolation is not None:
            weight = F.label_weight(F.tau(counts), self.interpolation['gamma'])
            self.label_weight.copy_(weight)
        self._counts_known = True

    def _load_from_state_dict(self, *args, **kwargs) -> None:
        super()._load_from_state_dict(*args, **kwargs)
        if self.class_counts.any():
            self.set_class_counts(self.class_counts.cpu())

    def loss(self,
             feats: Tensor,
             data_samples: List,
             valid: Optional[Tensor] = None,
             **kwargs) -> Dict:
        views = self.as_views(feats)
        at_least_float = torch.promote_types(views.dtype, torch.float32)
        target = stack_targets(data_samples, self.num_classes,
                               views.new_empty(0, dtype=at_least_float))
        if self.interpolation is not None and valid is not None:
            raise ValueError('interpolation would mix the padding of short '
                             'videos: use a neck, or sample a fixed number '
                             'of frames')
        if self.interpolation is not None and stack_ignored(
                data_samples, target):
            raise ValueError('labels cannot be both ignored and mixed: leave '
                             'out KeepSampledLabel or interpolation')
        draws = self.draw(views)
        z, target = self.expand(views, target, **draws)
        return self.loss_by_target(
            self.classify(z, valid), target,
            **stack_ignored(data_samples, target))

    def draw(self, views: Tensor) -> Dict[str, Optional[Tensor]]:
        """Random steps omega and ratios lam, ``()`` or ``(B,)``, and the
        partners, a permutation ``(B,)``, all made where the views are; None
        where nothing is expanded."""
        batch, device = len(views), views.device
        shape = (batch, ) if self.formulation == 'paper' else ()
        omega = lam = partner = None
        if self.extrapolation is not None and views.shape[1] == 1:
            _say_that_nothing_is_extrapolated()
        elif self.extrapolation is not None:
            omega = _beta(self.extrapolation['alpha'], shape, device) + 1
        if self.interpolation is not None:
            lam = _beta(self.interpolation['alpha'], shape, device)
            # torch 2.13 compiles no index that is a randperm
            partner = torch.rand(batch, device=device).argsort()
        return dict(omega=omega, lam=lam, partner=partner)

    def expand(self,
               views: Tensor,
               target: Tensor,
               omega: Optional[Tensor] = None,
               lam: Optional[Tensor] = None,
               partner: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
        """Draw from the vicinity of each video (Eq. 11, then Eq. 12).

        Args:
            views: ``(B, V, D)``.
            target: ``(B, S)``.
            omega, lam, partner: See :meth:`draw`.

        Returns:
            Features ``(B, 1 or V, D)`` and soft labels ``(B, S)``.

        Raises:
            ValueError: Where extrapolation does not find two views.
            RuntimeError: Where calibration does not know the class counts.
        """
        if omega is not None:
            if views.shape[1] != 2:
                raise ValueError('extrapolation needs two views of a video, '
                                 f'got {views.shape[1]}')
            views = F.dynamic_extrapolation(views[:, 0], views[:, 1],
                                            omega).unsqueeze(1)
        if lam is None:
            return views, target
        weight = None
        if self.interpolation['calibrated']:
            if not self._counts_known:
                raise RuntimeError(
                    'MOVEHead calibrates labels by the class counts, but was '
                    "told none: add dict(type='ClassCountsHook') to "
                    'custom_hooks, or call set_class_counts')
            weight = self.label_weight
        return F.calibrated_interpolation(views, target, lam, partner, weight)


def _beta(alpha: float, shape: Tuple[int, ...],
          device: torch.device) -> Tensor:
    alpha = torch.full(shape, float(alpha), device=device)
    # validation would wait for the device
    return Beta(alpha, alpha, validate_args=False).sample()


def _settings(name: str, given: Optional[dict],
              default: dict) -> Optional[dict]:
    if given is None:
        return None
    unknown = set(given) - set(default)
    if unknown:
        raise ValueError(f'{name} knows the settings {sorted(default)}, not '
                         f'{sorted(unknown)}')
    return {**default, **given}


@lru_cache(maxsize=None)
def _say_that_nothing_is_extrapolated() -> None:
    print_log(
        'MOVEHead got one view of each video, so it extrapolates nothing: is '
        'DynamicFrameSampler the last transform of the training pipeline?',
        logger='current',
        level=logging.WARNING)
