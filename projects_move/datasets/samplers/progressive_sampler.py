"""Progressively balanced sampling (Kang et al., ICLR 2020, Eq. 2)."""
from typing import Optional, Sized

import torch
from mmengine.registry import DATA_SAMPLERS

from projects_move import functional as F
from .class_balanced_sampler import ClassBalancedSampler


@DATA_SAMPLERS.register_module()
class ProgressiveSampler(ClassBalancedSampler):
    """Sampler that goes from the frequency of the classes to their balance.

    In epoch t of T, the probability of class c is ``(1 - t / T) n_c / sum_i
    n_i + (t / T) / S``. ``ProgressiveSamplingHook`` sets T.

    Args:
        dataset: See :class:`ClassBalancedSampler`.
        max_epochs: T. Default: set by the hook.
        kwargs: ``seed`` of :class:`ClassBalancedSampler`.
    """

    def __init__(self,
                 dataset: Sized,
                 max_epochs: Optional[int] = None,
                 **kwargs) -> None:
        super().__init__(dataset, **kwargs)
        self.max_epochs = max_epochs

    @property
    def probabilities(self) -> torch.Tensor:
        """Probability of each class in this epoch, float64 ``(S,)``."""
        if self.max_epochs is None:
            raise ValueError(
                'ProgressiveSampler expects the number of epochs, found none: '
                "add dict(type='ProgressiveSamplingHook') to custom_hooks, or "
                'set max_epochs')
        progress = min(self.epoch / self.max_epochs, 1.0)
        frequency = F.sampling_probability(self._counts, power=1.0)
        balanced = F.sampling_probability(self._counts, power=0.0)
        return (1 - progress) * frequency + progress * balanced
