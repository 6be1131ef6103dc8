"""Equalization loss (Tan et al., CVPR 2020)."""
import torch
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from ..class_counts import ClassCounts, missing_counts_error
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class EqualizationLoss(ClassWiseLoss):
    """Cross-entropy without a random part of the negative tail classes.

    The class counts come from ``ClassCountsHook``.

    Args:
        tail_max_inclusive: A tail class has at most as many training videos.
        gamma: Probability that a tail class is left out of the loss of a video
            without this label. The default is that of the released code. The
            paper has a probability of 0.9 for classification; there 1.76e-3
            is the maximum frequency of a tail class.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self,
                 tail_max_inclusive: int = 100,
                 gamma: float = 1.76e-3,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.tail_max_inclusive = tail_max_inclusive
        self.gamma = gamma
        self.register_buffer(
            'is_tail', torch.zeros(0, dtype=torch.bool), persistent=False)

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class."""
        is_tail = torch.as_tensor(class_counts) <= self.tail_max_inclusive
        self.is_tail = is_tail.to(self.is_tail)

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        if len(self.is_tail) == 0:
            raise missing_counts_error(type(self).__name__)
        return F.equalization(logits, target, torch.rand_like(logits),
                              self.is_tail, self.gamma)
