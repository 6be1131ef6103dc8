"""Asymmetric loss (Ridnik et al., ICCV 2021)."""
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class AsymmetricLoss(ClassWiseLoss):
    """Focal loss with another exponent for negatives, and a margin for them.

    Args:
        gamma_positive: Exponent of labels.
        gamma_negative: Exponent of the other classes.
        margin: Probability below which a negative is no loss.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self,
                 gamma_positive: float = 0.0,
                 gamma_negative: float = 4.0,
                 margin: float = 0.05,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.gamma_positive = gamma_positive
        self.gamma_negative = gamma_negative
        self.margin = margin

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        return F.asymmetric(logits, target, self.gamma_positive,
                            self.gamma_negative, self.margin)
