"""Tau-normalised classifier (Kang et al., ICLR 2020, Sec. 4)."""
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor, nn
from torch.nn.functional import linear

from projects_move import functional as F


@MODELS.register_module()
class TauNormalizedClassifier(nn.Linear):
    """Linear classifier whose weights are divided by a power of their norm.

    It reads the checkpoint of a linear classifier. The division applies to
    tests; a training is that of a linear classifier. The paper leaves the
    bias out; here it stays, so that tau 0 is the finished model.

    Args:
        in_channels: Channels of the features, D.
        num_classes: Number of classes, S.
        tau: Power of the norm. 0 is the finished model.
    """

    def __init__(self,
                 in_channels: int,
                 num_classes: int,
                 tau: float = 1.0) -> None:
        super().__init__(in_channels, num_classes)
        self.tau = tau

    def forward(self, x: Float[Tensor, '*N D']) -> Float[Tensor, '*N S']:
        if self.training:
            return super().forward(x)
        return linear(x, F.tau_normalize(self.weight, self.tau), self.bias)
