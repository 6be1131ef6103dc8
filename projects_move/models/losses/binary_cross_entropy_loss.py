"""Sigmoid cross-entropy: the loss of the baseline and of MOVE."""
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class BinaryCrossEntropyLoss(ClassWiseLoss):
    """MMAction2's ``BCELossWithLogits`` that also takes class indices and
    deferred re-weighting."""

    def per_class(self, logits: Tensor, target: Tensor) -> Tensor:
        return F.binary_cross_entropy(logits, target)
