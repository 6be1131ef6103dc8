from .cosine_classifier import CosineClassifier
from .expert_classifiers import ExpertClassifiers
from .scaled_classifier import ScaledClassifier
from .tau_normalized_classifier import TauNormalizedClassifier

__all__ = [
    'CosineClassifier', 'ExpertClassifiers', 'ScaledClassifier',
    'TauNormalizedClassifier'
]
