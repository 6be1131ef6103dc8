"""Logit adjustment in the training, and balanced softmax.

Menon et al., "Long-tail learning via logit adjustment", ICLR 2021, Eq. 10;
Ren et al., "Balanced Meta-Softmax", NeurIPS 2020, which is tau 1. The form for
several labels is derived in :mod:`projects_move.functional.logit_adjustment`.
"""
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from .prior_loss import PriorLoss


@MODELS.register_module()
class LogitAdjustedLoss(PriorLoss):
    """Cross-entropy of the logits plus tau times the log prior.

    A test uses the logits as they are. The class counts come from
    ``ClassCountsHook``.

    Args:
        tau: Factor on the log prior. With 0 it is cross-entropy.
        use_sigmoid: Whether to use the form for several labels: a sigmoid and
            the log odds of the prior. False is the published softmax, for one
            label for each video.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    remedy = 'set use_sigmoid=True, or --method logit_adjustment_sigmoid'

    def __init__(self,
                 tau: float = 1.0,
                 use_sigmoid: bool = False,
                 loss_weight: float = 1.0) -> None:
        super().__init__(use_sigmoid, loss_weight)
        self.tau = tau

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        return self.cross_entropy(self.shifted(logits, self.tau), target)
