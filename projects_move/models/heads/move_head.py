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
from typing import Dict, Optional, Tuple

from jaxtyping import Float
from mmaction.registry import MODELS
from mmengine.logging import print_log
from torch import Tensor

from projects_move import functional as F
from .long_tail_head import LongTailHead
from .mixing_head import INTERPOLATION, draw_beta, settings


@MODELS.register_module()
class MOVEHead(LongTailHead):
    """:class:`LongTailHead` that trains on extrapolated and mixed videos.

    Args:
        extrapolation: ``dict(alpha=2.0)``, where omega ~ Beta(alpha, alpha)
            + 1. None averages the views instead.
        interpolation: See :class:`LongTailHead`; here the labels are
            calibrated unless it says otherwise.
        kwargs: Arguments of :class:`LongTailHead`.

    The calibration needs the class counts, which ``ClassCountsHook`` sets.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 extrapolation: Optional[dict] = dict(alpha=2.0),
                 interpolation: Optional[dict] = INTERPOLATION,
                 **kwargs) -> None:
        super().__init__(
            num_classes, in_channels, interpolation=interpolation, **kwargs)
        self.extrapolation = settings('extrapolation', extrapolation,
                                      dict(alpha=2.0))

    def draw(self, views: Float[Tensor,
                                'B V D']) -> Dict[str, Optional[Tensor]]:
        """Draw the arguments of :meth:`expand`, on the device of the views.

        Steps ``omega`` and ratios ``lam`` have the shape ``()`` or ``(B,)``.
        The partners are a permutation of the videos. An argument is None if
        it is not needed.
        """
        omega = None
        if self.extrapolation is not None and views.shape[1] == 1:
            _warn_of_single_views()
        elif self.extrapolation is not None:
            omega = 1 + draw_beta(self.extrapolation['alpha'],
                                  self.draw_shape(len(views)), views.device)
        return dict(omega=omega, **super().draw(views))

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
        return super().expand(views, target, lam, partner)


@lru_cache(maxsize=None)
def _warn_of_single_views() -> None:
    print_log(
        'MOVEHead got one view of each video and cannot extrapolate: is '
        'DynamicFrameSampler the last transform of the training pipeline?',
        logger='current',
        level=logging.WARNING)
