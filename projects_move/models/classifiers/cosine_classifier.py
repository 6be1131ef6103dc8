"""Cosine classifier (Gidaris and Komodakis, CVPR 2018, Eq. 4)."""
import torch
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move import functional as F


@MODELS.register_module()
class CosineClassifier(nn.Module):
    """Scaled cosines of the features and the weights of the classes.

    The norm of a weight, which grows with the frequency of the class, has no
    effect.

    Args:
        in_channels: Channels of the features, D.
        num_classes: Number of classes, S.
        scale: Initial scale of the cosines.
        learn_scale: Whether the scale is learned, as in the paper.
    """

    def __init__(self,
                 in_channels: int,
                 num_classes: int,
                 scale: float = 16.0,
                 learn_scale: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(num_classes, in_channels))
        self.scale = nn.Parameter(
            torch.tensor(float(scale)), requires_grad=learn_scale)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights of random directions."""
        nn.init.normal_(self.weight)

    def forward(self, x: Float[Tensor, '*N D']) -> Float[Tensor, '*N S']:
        return F.cosine_logits(x, self.weight, self.scale)
