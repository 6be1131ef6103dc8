"""No backbone: the inputs are features already."""
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class IdentityBackbone(BaseModule):
    """Hands cached features ``(B, T, C)`` on as they are.

    MMAction2's recognizers require a backbone; this is the one for features.
    """

    def forward(self, x: Tensor) -> Tensor:
        return x
