"""Sigmoid cross-entropy: the loss of the baseline and of MOVE."""
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class BinaryCrossEntropyLoss(ClassWiseLoss):
    """``BCELossWithLogits`` of MMAction2 that also takes class indices.

    ``DeferredReweightingHook`` may set a weight for each class.
    """

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        return F.binary_cross_entropy(logits, target)
