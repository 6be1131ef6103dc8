from .class_balanced_sampler import ClassBalancedSampler, SquareRootSampler

__all__ = ['ClassBalancedSampler', 'SquareRootSampler']
