from .binary_cross_entropy_loss import BinaryCrossEntropyLoss
from .class_balanced_loss import ClassBalancedLoss
from .equalization_loss import EqualizationLoss
from .ldam_loss import LDAMLoss
from .sigmoid_focal_loss import SigmoidFocalLoss

__all__ = [
    'BinaryCrossEntropyLoss', 'ClassBalancedLoss', 'EqualizationLoss',
    'LDAMLoss', 'SigmoidFocalLoss'
]
