"""Focal loss (Lin et al., ICCV 2017)."""
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class SigmoidFocalLoss(ClassWiseLoss):
    """Cross-entropy that fades with the probability of the truth.

    Args:
        gamma: With 0 it is cross-entropy. The paper has 2, Framestack and
            the released code of MOVE 1.
        alpha: Multiplies the loss.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self,
                 gamma: float = 1.0,
                 alpha: float = 1.0,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.gamma = gamma
        self.alpha = alpha

    def per_class(self, logits: Tensor, target: Tensor) -> Tensor:
        return F.focal(logits, target, self.gamma, self.alpha)
