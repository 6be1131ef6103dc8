"""Distribution-balanced loss (Wu et al., ECCV 2020)."""
import torch
from jaxtyping import Float, Real
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .prior_loss import PriorLoss


@MODELS.register_module()
class DistributionBalancedLoss(PriorLoss):
    """Cross-entropy with weights against co-occurring labels, and with less
    pressure on negatives.

    A test uses the logits as they are. Mixed labels count by their value,
    which the paper does not discuss. The paper means it for class-balanced
    sampling, whose other labels the weights undo. The class counts come from
    ``ClassCountsHook``.

    Args:
        alpha, beta, mu: Map of the weights, see
            :func:`projects_move.functional.rebalancing_weight`.
        kappa: Factor on the shift of the logits by the prior.
        scale: Scale of the logits of negatives; lambda in the paper.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self,
                 alpha: float = 0.1,
                 beta: float = 10.0,
                 mu: float = 0.2,
                 kappa: float = 0.05,
                 scale: float = 2.0,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight=loss_weight)
        self.alpha = alpha
        self.beta = beta
        self.mu = mu
        self.kappa = kappa
        self.scale = scale
        self.register_buffer('class_counts', torch.zeros(0), persistent=False)

    def _update(self) -> None:
        super()._update()
        self.class_counts = self._counts.to(self.class_counts)

    def prior_shift(self, class_counts: Real[Tensor, ' S'],
                    num_videos: float) -> Float[Tensor, ' S']:
        return F.negative_tolerant_shift(class_counts, num_videos, self.kappa)

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        shifted = self.shifted(logits, 1.0)
        weight = F.rebalancing_weight(target, self.class_counts, self.alpha,
                                      self.beta, self.mu)
        return weight * F.negative_tolerant(shifted, target, self.scale)
