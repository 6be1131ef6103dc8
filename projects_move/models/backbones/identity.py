"""Placeholder backbone for cached features."""
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class IdentityBackbone(BaseModule):
    """Backbone that returns cached features ``(B, T, C)`` unchanged.

    The recognizers of MMAction2 require a backbone.
    """

    def forward(self, x: Tensor) -> Tensor:
        return x
