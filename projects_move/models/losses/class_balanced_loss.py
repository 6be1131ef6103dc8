"""Class-balanced loss (Cui et al., CVPR 2019), of the sigmoid."""
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .binary_cross_entropy_loss import BinaryCrossEntropyLoss
from .class_counts import listed_counts, told_no_counts


@MODELS.register_module()
class ClassBalancedLoss(BinaryCrossEntropyLoss):
    """Cross-entropy weighed by the effective number of videos of each class.

    The class counts come from ``ClassCountsHook``.

    Args:
        beta: In [0, 1). With 0 every class weighs one.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self, beta: float = 0.9999, loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.beta = beta

    def set_class_counts(self, class_counts: Tensor) -> None:
        """Training videos of each class, ``(S,)``."""
        counts = listed_counts(class_counts, type(self).__name__)
        self.set_class_weight(F.class_balanced_weight(counts, self.beta))

    def per_class(self, logits: Tensor, target: Tensor) -> Tensor:
        if self.class_weight.ndim == 0:
            raise told_no_counts(type(self).__name__)
        return super().per_class(logits, target)
