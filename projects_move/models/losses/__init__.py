from .asymmetric_loss import AsymmetricLoss
from .binary_cross_entropy_loss import BinaryCrossEntropyLoss
from .class_balanced_loss import ClassBalancedLoss
from .distribution_balanced_loss import DistributionBalancedLoss
from .equalization_loss import EqualizationLoss
from .label_aware_smoothing_loss import LabelAwareSmoothingLoss
from .ldam_loss import LDAMLoss
from .logit_adjusted_loss import LogitAdjustedLoss
from .prior_sigmoid_loss import PriorSigmoidLoss
from .sigmoid_focal_loss import SigmoidFocalLoss
from .three_expert_loss import ThreeExpertLoss

__all__ = [
    'AsymmetricLoss', 'BinaryCrossEntropyLoss', 'ClassBalancedLoss',
    'DistributionBalancedLoss', 'EqualizationLoss', 'LabelAwareSmoothingLoss',
    'LDAMLoss', 'LogitAdjustedLoss', 'PriorSigmoidLoss', 'SigmoidFocalLoss',
    'ThreeExpertLoss'
]
