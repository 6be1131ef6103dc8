from .class_balanced_sampler import ClassBalancedSampler, SquareRootSampler
from .progressive_sampler import ProgressiveSampler

__all__ = ['ClassBalancedSampler', 'ProgressiveSampler', 'SquareRootSampler']
