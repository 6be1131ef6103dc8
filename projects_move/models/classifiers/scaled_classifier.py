"""Learnable weight scaling, LWS (Kang et al., ICLR 2020, Sec. 4)."""
import torch
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor, nn
from torch.nn.functional import linear


@MODELS.register_module()
class ScaledClassifier(nn.Linear):
    """Linear classifier with a learned scale of the weight of each class.

    The weights and biases are those of a finished checkpoint and stay as they
    are: only ``scale`` is trained. The paper leaves the bias out.

    Args:
        in_channels: Channels of the features, D.
        num_classes: Number of classes, S.
    """

    def __init__(self, in_channels: int, num_classes: int) -> None:
        super().__init__(in_channels, num_classes)
        self.scale = nn.Parameter(torch.ones(num_classes))

    def forward(self, x: Float[Tensor, '*N D']) -> Float[Tensor, '*N S']:
        return linear(x, self.scale[:, None] * self.weight, self.bias)
