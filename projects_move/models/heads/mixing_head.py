"""Head that mixes the videos of a batch in training.

* ``interpolation``: mixup of the features (Zhang et al., ICLR 2018), with the
  labels of MOVE (Eq. 12) or of Remix (Chou et al., ECCV workshops 2020).
* ``reconstruction``: long-tail mixed reconstruction (Perrett et al., CVPR
  2023), before the interpolation.
"""
from typing import Dict, Optional, Tuple

import torch
from jaxtyping import Bool, Float, Int64
from mmaction.models.heads import BaseHead
from torch import Tensor
from torch.distributions import Beta

from projects_move import functional as F
from projects_move.errors import InputError
from projects_move.formulations import check_formulation
from ..class_counts import (ClassCounts, clamp_empty_classes,
                            missing_counts_error)
from ..collectives import gather_rows

INTERPOLATION = dict(
    alpha=1.0, gamma=0.5, calibrated=True, remix=None, unmixed=0.0)
REMIX = dict(kappa=3.0, tau=0.5)
RECONSTRUCTION = dict(
    largest=0.5, decay=1.0, epsilon=0.1, few_max_inclusive=20)


class MixingHead(BaseHead):
    """Head that mixes the views of each video with those of others.

    Args:
        num_classes, in_channels: Classes, S, and channels of a view, D.
        interpolation: ``dict(alpha=1.0, gamma=0.5, calibrated=True,
            remix=None, unmixed=0.0)``, where lambda ~ Beta(alpha, alpha); see
            :func:`~projects_move.functional.label_weight` for gamma.
            ``calibrated=False`` is plain mixup, and with ``remix=dict(kappa=3,
            tau=0.5)`` it is Remix, see
            :func:`~projects_move.functional.remix_ratio`. ``unmixed`` is the
            probability that a video stays as it is. None mixes no videos.
        reconstruction: ``dict(largest=0.5, decay=1.0, epsilon=0.1,
            few_max_inclusive=20)``, see
            :func:`~projects_move.functional.reconstruction_share`. Few-shot
            classes have at most ``few_max_inclusive`` training videos. A video
            with several labels counts as one of its rarest class. None
            reconstructs no videos.
        formulation: ``'official'`` draws one ratio for the batch, ``'paper'``
            one for each video.
        kwargs: Arguments of MMAction2's ``BaseHead``.

    Calibration, Remix and reconstruction need the class counts, which
    ``ClassCountsHook`` sets.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 interpolation: Optional[dict] = None,
                 reconstruction: Optional[dict] = None,
                 formulation: str = 'official',
                 **kwargs) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        self.formulation = check_formulation(formulation)
        self.interpolation = settings('interpolation', interpolation,
                                      INTERPOLATION)
        self.reconstruction = settings('reconstruction', reconstruction,
                                       RECONSTRUCTION)
        if self.interpolation is not None:
            remix = settings('remix', self.interpolation['remix'], REMIX)
            if remix and self.interpolation['calibrated']:
                raise ValueError('labels are either those of Remix or '
                                 'calibrated: set calibrated=False')
            self.interpolation['remix'] = remix
        if self.mixes_videos and not getattr(self.loss_cls,
                                             'takes_soft_targets', True):
            raise ValueError(f'{type(self.loss_cls).__name__} does not take '
                             'soft targets: set interpolation to None')
        # derived from the class counts, which the recognizer saves
        for name in ('label_weight', 'reconstruction_share', 'class_counts'):
            self.register_buffer(name, torch.zeros(0), persistent=False)

    @property
    def mixes_videos(self) -> bool:
        return not (self.interpolation is None and self.reconstruction is None)

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class."""
        counts = torch.as_tensor(class_counts)
        if counts.shape != (self.num_classes, ):
            raise ValueError(
                f'{type(self).__name__} has {self.num_classes} classes, got '
                f'class counts of shape {tuple(counts.shape)}')
        self.class_counts = counts.to(self.class_counts)
        if self.interpolation is not None:
            weight = F.label_weight(F.tau(counts), self.interpolation['gamma'])
            self.label_weight = weight.to(self.label_weight)
        if self.reconstruction is not None:
            share = F.reconstruction_share(
                clamp_empty_classes(counts,
                                    type(self).__name__),
                **{
                    key: value
                    for key, value in self.reconstruction.items()
                    if key != 'few_max_inclusive'
                })
            self.reconstruction_share = share.to(self.reconstruction_share)

    def _load_from_state_dict(self, state_dict: Dict, prefix: str, *args,
                              **kwargs) -> None:
        # some checkpoints have the class counts here, too
        state_dict.pop(prefix + 'class_counts', None)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def draw(self, views: Float[Tensor,
                                'B V D']) -> Dict[str, Optional[Tensor]]:
        """Draw the arguments of :meth:`expand`, on the device of the views.

        Ratios ``lam`` have the shape ``()`` or ``(B,)``. The partners are a
        permutation of the videos. An argument is None if it is not needed.
        """
        batch, device = len(views), views.device
        if self.interpolation is None:
            return dict(lam=None, partner=None)
        unmixed = self.interpolation['unmixed']
        shape = (batch, ) if unmixed else self.draw_shape(batch)
        lam = draw_beta(self.interpolation['alpha'], shape, device)
        # torch 2.13 cannot compile an index that is a randperm
        partner = torch.rand(batch, device=device).argsort()
        if unmixed:
            is_mixed = torch.rand(batch, device=device) >= unmixed
            lam = torch.where(is_mixed, lam, 1.0)
        return dict(lam=lam, partner=partner)

    def draw_shape(self, batch: int) -> Tuple[int, ...]:
        """Shape of a random number: one for a video, or for the batch."""
        return (batch, ) if self.formulation == 'paper' else ()

    def expand(
        self,
        views: Float[Tensor, 'B V D'],
        target: Float[Tensor, 'B S'],
        lam: Optional[Tensor] = None,
        partner: Optional[Tensor] = None
    ) -> Tuple[Float[Tensor, 'B V D'], Float[Tensor, 'B S']]:
        """Reconstruct the videos, then mix each with its partner.

        Args:
            views: Any number of views of each video.
            target: Labels in [0, 1].
            lam, partner: See :meth:`draw`.

        Returns:
            Features of the views, and soft labels.

        Raises:
            RuntimeError: Without the class counts that the settings need.
            InputError: For Remix, if a video has several labels.
        """
        if self.reconstruction is not None:
            self._require_counts()
            views = self._reconstruct(views, target)
        if lam is None:
            return views, target
        weight = ratio = None
        if self.interpolation['calibrated']:
            self._require_counts()
            weight = self.label_weight
        if self.interpolation['remix']:
            self._require_counts()
            ratio = self._remix_ratio(target, lam, partner)
        return F.calibrated_interpolation(views, target, lam, partner, weight,
                                          ratio)

    def _reconstruct(self, views: Float[Tensor, 'B V D'],
                     target: Float[Tensor, 'B S']) -> Float[Tensor, 'B V D']:
        """Reconstruct the videos from those of all ranks."""
        share, few = self._rarest(target)
        views, own = gather_rows(views)
        share, _ = gather_rows(share)
        few, _ = gather_rows(few.to(share))
        return F.reconstruct(views, share, few > 0)[own]

    def _rarest(
        self, target: Float[Tensor, 'B S']
    ) -> Tuple[Float[Tensor, ' B'], Bool[Tensor, ' B']]:
        """Share of the reconstruction, and whether a label is few-shot."""
        is_label = target > 0  # (B, S)
        few = self.class_counts <= self.reconstruction['few_max_inclusive']
        share = (is_label * self.reconstruction_share).amax(-1)
        return share, (is_label & few).any(-1)

    def _remix_ratio(self, target: Float[Tensor, 'B S'], lam: Float[Tensor,
                                                                    '...'],
                     partner: Int64[Tensor, ' B']) -> Float[Tensor, ' B']:
        several = (target > 0).sum(-1) > 1
        if several.any():
            raise InputError(
                'Remix compares the class counts of two videos and expects '
                'one label for each, found several labels of video '
                f'{int(several.nonzero()[0])} of the batch: use '
                '--method mixup or plain_interpolation')
        count = target @ self.class_counts.to(target)  # (B,)
        return F.remix_ratio(lam, count, count[partner],
                             **self.interpolation['remix'])

    def _require_counts(self) -> None:
        if len(self.class_counts) == 0:
            raise missing_counts_error(type(self).__name__)


def draw_beta(alpha: float, shape: Tuple[int, ...],
              device: torch.device) -> Tensor:
    """Random numbers of Beta(alpha, alpha)."""
    alpha = torch.full(shape, float(alpha), device=device)
    # validation would synchronise with the device
    return Beta(alpha, alpha, validate_args=False).sample()


def settings(name: str, given: Optional[dict],
             default: dict) -> Optional[dict]:
    """Given settings and the default of the others; None stays None."""
    if given is None:
        return None
    unknown = set(given) - set(default)
    if unknown:
        raise ValueError(f'{name} has the settings {sorted(default)}, not '
                         f'{sorted(unknown)}')
    return {**default, **given}
