"""Minority-Oriented Vicinity Expansion (MOVE, AAAI 2023, Sec. 3.1).

Two views of a video are extrapolated (Eq. 11). The result is mixed with that
of another video of the batch. Mixed labels are larger for rare classes
(Eq. 12).
``formulation`` chooses between the paper and the authors' released code:

* ``paper``: one step and one ratio for each video;
* ``official``: one step and one ratio for the whole batch.

The paper has one alpha. The released code draws the step from Beta(2, 2) and
the ratio from Beta(1, 1). Here each has its own alpha.
"""
import logging
from functools import lru_cache
from typing import Dict, Iterable, Optional, Tuple

import torch
from jaxtyping import Bool, Float
from mmaction.registry import MODELS
from mmengine.logging import print_log
from torch import Tensor
from torch.distributions import Beta

from projects_move import functional as F
from projects_move.formulations import check_formulation
from ..class_counts import ClassCounts, missing_counts_error
from .long_tail_head import LongTailHead
from .targets import stack_ignored, stack_targets


@MODELS.register_module()
class MOVEHead(LongTailHead):
    """:class:`LongTailHead` that trains on extrapolated and mixed videos.

    Args:
        extrapolation: ``dict(alpha=2.0)``, where omega ~ Beta(alpha, alpha)
            + 1. None averages the views instead.
        interpolation: ``dict(alpha=1.0, gamma=0.5, calibrated=True)``, where
            lambda ~ Beta(alpha, alpha); see
            :func:`~projects_move.functional.label_weight` for gamma.
            ``calibrated=False`` is plain mixup. None mixes no videos.
        formulation: ``'official'`` or ``'paper'``.
        kwargs: Arguments of :class:`LongTailHead`.

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
            raise ValueError(f'{type(self.loss_cls).__name__} does not take '
                             'soft targets: set interpolation to None')
        # derived from the class counts, which the recognizer saves
        self.register_buffer('label_weight', torch.zeros(0), persistent=False)

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class."""
        counts = torch.as_tensor(class_counts)
        if counts.shape != (self.num_classes, ):
            raise ValueError(f'MOVEHead has {self.num_classes} classes, got '
                             f'class counts of shape {tuple(counts.shape)}')
        if self.interpolation is not None:
            weight = F.label_weight(F.tau(counts), self.interpolation['gamma'])
            self.label_weight = weight.to(self.label_weight)

    def _load_from_state_dict(self, state_dict: Dict, prefix: str, *args,
                              **kwargs) -> None:
        # some checkpoints have the class counts here, too
        state_dict.pop(prefix + 'class_counts', None)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def loss(self,
             feats: Float[Tensor, 'B ...'],
             data_samples: Iterable,
             valid: Optional[Bool[Tensor, 'B V']] = None,
             **kwargs) -> Dict:
        views = self.as_views(feats)
        at_least_float = torch.promote_types(views.dtype, torch.float32)
        target = stack_targets(data_samples, self.num_classes,
                               views.new_empty(0, dtype=at_least_float))
        if self.interpolation is not None and valid is not None:
            raise ValueError('interpolation would mix the padding of short '
                             'videos: use a neck, or sample the same number '
                             'of frames from each video')
        if self.interpolation is not None and stack_ignored(
                data_samples, target):
            raise ValueError('labels cannot be both ignored and mixed: remove '
                             'KeepSampledLabel or interpolation')
        draws = self.draw(views)
        z, target = self.expand(views, target, **draws)
        return self.loss_by_target(
            self.classify(z, valid), target,
            **stack_ignored(data_samples, target))

    def draw(self, views: Float[Tensor,
                                'B V D']) -> Dict[str, Optional[Tensor]]:
        """Draw the arguments of :meth:`expand`, on the device of the views.

        Steps ``omega`` and ratios ``lam`` have the shape ``()`` or ``(B,)``.
        The partners are a permutation of the videos. An argument is None if
        it is not needed.
        """
        batch, device = len(views), views.device
        shape = (batch, ) if self.formulation == 'paper' else ()
        omega = lam = partner = None
        if self.extrapolation is not None and views.shape[1] == 1:
            _warn_of_single_views()
        elif self.extrapolation is not None:
            omega = _beta(self.extrapolation['alpha'], shape, device) + 1
        if self.interpolation is not None:
            lam = _beta(self.interpolation['alpha'], shape, device)
            # torch 2.13 cannot compile an index that is a randperm
            partner = torch.rand(batch, device=device).argsort()
        return dict(omega=omega, lam=lam, partner=partner)

    def expand(
        self,
        views: Float[Tensor, 'B V D'],
        target: Float[Tensor, 'B S'],
        omega: Optional[Tensor] = None,
        lam: Optional[Tensor] = None,
        partner: Optional[Tensor] = None
    ) -> Tuple[Float[Tensor, 'B W D'], Float[Tensor, 'B S']]:
        """Extrapolate the views (Eq. 11), then mix the videos (Eq. 12).

        Args:
            views: Two views of each video; without extrapolation, any number.
            target: Labels in [0, 1].
            omega, lam, partner: See :meth:`draw`.

        Returns:
            Features of the extrapolated view, or of all views without
            extrapolation, and soft labels.

        Raises:
            ValueError: For extrapolation with other than two views.
            RuntimeError: For calibration without class counts.
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
            if len(self.label_weight) == 0:
                raise missing_counts_error('MOVEHead')
            weight = self.label_weight
        return F.calibrated_interpolation(views, target, lam, partner, weight)


def _beta(alpha: float, shape: Tuple[int, ...],
          device: torch.device) -> Tensor:
    alpha = torch.full(shape, float(alpha), device=device)
    # validation would synchronise with the device
    return Beta(alpha, alpha, validate_args=False).sample()


def _settings(name: str, given: Optional[dict],
              default: dict) -> Optional[dict]:
    if given is None:
        return None
    unknown = set(given) - set(default)
    if unknown:
        raise ValueError(f'{name} has the settings {sorted(default)}, not '
                         f'{sorted(unknown)}')
    return {**default, **given}


@lru_cache(maxsize=None)
def _warn_of_single_views() -> None:
    print_log(
        'MOVEHead got one view of each video and cannot extrapolate: is '
        'DynamicFrameSampler the last transform of the training pipeline?',
        logger='current',
        level=logging.WARNING)
