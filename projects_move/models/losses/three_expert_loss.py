"""Losses of the three experts of SADE (Zhang et al., NeurIPS 2022, Sec. 4.1).

The first expert learns the prior of the training set, the second a balanced
prior, the third an inverse one.
"""
from typing import Optional

import torch
from jaxtyping import Bool, Float, Real
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .prior_loss import PriorLoss


@MODELS.register_module()
class ThreeExpertLoss(PriorLoss):
    """Sum of cross-entropy, balanced softmax and inverse softmax.

    The head needs ``num_experts=3``, and a test averages the logits of the
    experts. The class counts come from ``ClassCountsHook``.

    Args:
        inverse_tau: Factor on the log prior in inverse order, which the third
            expert gets beside the log prior; lambda in the paper.
        use_sigmoid: Whether to use the form for several labels, as in
            :class:`LogitAdjustedLoss`.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    num_experts = 3
    remedy = 'set use_sigmoid=True'

    def __init__(self,
                 inverse_tau: float = 2.0,
                 use_sigmoid: bool = False,
                 loss_weight: float = 1.0) -> None:
        super().__init__(use_sigmoid, loss_weight)
        self.inverse_tau = inverse_tau

    def prior_shift(self, class_counts: Real[Tensor, ' S'],
                    num_videos: float) -> Float[Tensor, '3 S']:
        shift = super().prior_shift(class_counts, num_videos)
        inverse = super().prior_shift(
            F.inverse_counts(class_counts), num_videos)
        return torch.stack(
            [0 * shift, shift, shift - self.inverse_tau * inverse])

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        return self.cross_entropy(logits, target)

    def _forward(self,
                 cls_score: Float[Tensor, 'B ...'],
                 label: Tensor,
                 ignored: Optional[Bool[Tensor,
                                        'B S']] = None) -> Float[Tensor, '']:
        """Sum of the losses of the experts; see :class:`ClassWiseLoss`."""
        if cls_score.ndim != 3 or cls_score.shape[1] != 3:
            raise ValueError(
                'ThreeExpertLoss expects logits of three experts (B, 3, S), '
                f'got {tuple(cls_score.shape)}: set num_experts=3 of the head')
        experts = self.shifted(cls_score, 1.0).unbind(1)
        parent = super()._forward
        return sum(parent(logits, label, ignored) for logits in experts)
