"""Focal loss (Lin et al., ICCV 2017)."""
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class SigmoidFocalLoss(ClassWiseLoss):
    """Cross-entropy with a smaller weight for well classified videos.

    Args:
        gamma: Exponent of the weight; 0 is cross-entropy. The paper uses 2,
            Framestack and the released code of MOVE use 1.
        alpha: Factor on the loss.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self,
                 gamma: float = 1.0,
                 alpha: float = 1.0,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.gamma = gamma
        self.alpha = alpha

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        return F.focal(logits, target, self.gamma, self.alpha)
