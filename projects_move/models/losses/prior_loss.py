"""Base class of losses that use the class prior."""
from typing import Optional

import torch
from jaxtyping import Float, Real
from torch import Tensor

from projects_move import functional as F
from ..class_counts import (ClassCounts, clamp_empty_classes,
                            missing_counts_error)
from .class_wise_loss import ClassWiseLoss


class PriorLoss(ClassWiseLoss):
    """Loss that knows how many training videos have each label.

    ``ClassCountsHook`` sets the numbers of the list. ``SampledCountsHook``
    replaces them by those that the sampler draws.

    Args:
        use_sigmoid: Whether each class is a decision of its own. False is a
            softmax, for one label for each video.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self,
                 use_sigmoid: bool = True,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.use_sigmoid = use_sigmoid
        self._counts: Optional[Tensor] = None
        self._num_videos: Optional[float] = None
        # derived from the class counts, which the checkpoint holds
        self.register_buffer('shift', torch.zeros(0), persistent=False)

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class."""
        self._counts = clamp_empty_classes(class_counts, type(self).__name__)
        self._update()

    def set_num_videos(self, num_videos: float) -> None:
        """Set the number of training videos.

        Without it each video has one label: it is the sum of the counts.
        """
        self._num_videos = num_videos
        if self._counts is not None:
            self._update()

    def _update(self) -> None:
        num_videos = self._num_videos
        if num_videos is None:
            num_videos = float(self._counts.sum())
        # a class without videos counts as one
        num_videos = max(num_videos, float(self._counts.max()))
        self.shift = self.prior_shift(self._counts, num_videos).to(self.shift)

    def prior_shift(self, class_counts: Real[Tensor, ' S'],
                    num_videos: float) -> Float[Tensor, '*E S']:
        """Shift of the logits in training: ``log_odds`` for a sigmoid and
        ``log_prior`` for a softmax."""
        if self.use_sigmoid:
            return F.log_odds(class_counts, num_videos)
        return F.log_prior(class_counts)

    def shifted(self, logits: Float[Tensor, 'B *E S'],
                tau: float) -> Float[Tensor, 'B *E S']:
        """Logits plus tau times the shift."""
        if len(self.shift) == 0:
            raise missing_counts_error(type(self).__name__)
        return logits + tau * self.shift

    def cross_entropy(self, logits: Float[Tensor, 'B S'],
                      target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        """Cross-entropy of the sigmoid or of the softmax, by class."""
        if self.use_sigmoid:
            return F.binary_cross_entropy(logits, target)
        return F.softmax_cross_entropy(logits, target)
