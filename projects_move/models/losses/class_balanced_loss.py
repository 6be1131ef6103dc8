"""Class-balanced loss (Cui et al., CVPR 2019) with a sigmoid."""
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from ..class_counts import (ClassCounts, clamp_empty_classes,
                            missing_counts_error)
from .binary_cross_entropy_loss import BinaryCrossEntropyLoss


@MODELS.register_module()
class ClassBalancedLoss(BinaryCrossEntropyLoss):
    """Cross-entropy, weighted by the effective number of videos of a class.

    The class counts come from ``ClassCountsHook``.

    Args:
        beta: Parameter of the effective number, in [0, 1). With 0 each class
            has the weight one.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self, beta: float = 0.9999, loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.beta = beta

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class."""
        counts = clamp_empty_classes(class_counts, type(self).__name__)
        self.set_class_weight(F.class_balanced_weight(counts, self.beta))

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        if self.class_weight.ndim == 0:
            raise missing_counts_error(type(self).__name__)
        return super().per_class(logits, target)
