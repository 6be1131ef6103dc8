"""Prior-shifted sigmoid: balanced softmax with a sigmoid.

The shift is that of Ren et al., NeurIPS 2020, centred over the classes. See
:mod:`projects_move.functional.logit_adjustment`.
"""
from jaxtyping import Float, Real
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from .logit_adjusted_loss import LogitAdjustedLoss


@MODELS.register_module()
class PriorSigmoidLoss(LogitAdjustedLoss):
    """Sigmoid cross-entropy of ``logit + tau (log n - mean log n)``.

    A test uses the logits as they are. Videos may have several labels. The
    class counts come from ``ClassCountsHook``.

    Args:
        tau: Factor on the shift. With 0 it is cross-entropy.
        activation: Function from the logits to the scores of a test. A
            ``'softmax'`` compares the classes of videos with one label.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    def __init__(self,
                 tau: float = 1.0,
                 activation: str = 'sigmoid',
                 loss_weight: float = 1.0) -> None:
        super().__init__(tau, use_sigmoid=True, loss_weight=loss_weight)
        self._activation = activation

    @property
    def activation(self) -> str:
        return self._activation

    def prior_shift(self, class_counts: Real[Tensor, ' S'],
                    num_videos: float) -> Float[Tensor, ' S']:
        return F.log_prior(class_counts)
