from .efficientnet_lite0 import EfficientNetLite0Backbone
from .frame_features import frame_channels, frame_features
from .identity import IdentityBackbone
from .library_config import library_config, without_library_weights
from .preprocessing import (Preprocessing, declared_preprocessing,
                            require_preprocessing)
from .random_filters import RandomFilterNet
from .timm_backbone import TimmBackbone
from .torchvision_backbone import TorchvisionBackbone
from .transformers_backbone import TransformersBackbone

__all__ = [
    'EfficientNetLite0Backbone', 'IdentityBackbone', 'Preprocessing',
    'RandomFilterNet', 'TimmBackbone', 'TorchvisionBackbone',
    'TransformersBackbone', 'declared_preprocessing', 'frame_channels',
    'frame_features', 'library_config', 'require_preprocessing',
    'without_library_weights'
]
