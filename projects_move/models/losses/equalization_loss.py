"""Equalization loss (Tan et al., CVPR 2020)."""
import torch
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .class_counts import told_no_counts
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class EqualizationLoss(ClassWiseLoss):
    """Cross-entropy that now and then spares rare classes the discouraging
    gradient of other classes' videos.

    The class counts come from ``ClassCountsHook``.

    Args:
        tail_max_inclusive: Classes of at most as many training videos are
            spared.
        gamma: Probability of being spared. The released default, 1.76e-3, is
            the number that its paper has for the frequency that parts the
            classes; there, in classification, the probability is 0.9.
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

    def set_class_counts(self, class_counts: Tensor) -> None:
        """Training videos of each class, ``(S,)``."""
        is_tail = torch.as_tensor(class_counts) <= self.tail_max_inclusive
        self.is_tail = is_tail.to(self.is_tail)

    def per_class(self, logits: Tensor, target: Tensor) -> Tensor:
        if len(self.is_tail) == 0:
            raise told_no_counts(type(self).__name__)
        return F.equalization(logits, target, torch.rand_like(logits),
                              self.is_tail, self.gamma)
