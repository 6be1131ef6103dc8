"""Class-balanced and square-root sampling (Kang et al., ICLR 2020).

The released code of square-root sampling cannot run, because its
probabilities do not sum to one. Here they are normalised.
"""
import math
from typing import Iterator, Optional, Sized

import torch
from mmengine.dist import get_dist_info, sync_random_seed
from mmengine.registry import DATA_SAMPLERS
from torch.utils.data import Sampler

from projects_move import functional as F
from projects_move.datasets.lists.class_counts import video_labels


class DrawnIndex(int):
    """Index of a video, with the class for which it was drawn."""
    drawn_class: int

    def __new__(cls, index: int, drawn_class: int) -> 'DrawnIndex':
        self = super().__new__(cls, index)
        self.drawn_class = drawn_class
        return self

    def __getnewargs__(self):
        return int(self), self.drawn_class


@DATA_SAMPLERS.register_module()
class ClassBalancedSampler(Sampler):
    """Sampler that draws a class, then one of its videos uniformly.

    Class c has a probability proportional to ``n_c ** power``, where ``n_c``
    is its number of videos. An epoch has as many draws as the data set has
    videos, divided among the ranks. Draws depend only on seed and epoch, so
    that a resumed training draws the same videos.

    Args:
        dataset: Any data set of MMAction2. A video with several labels
            belongs to each of their classes.
        power: q in [0, 1]: 0 for a uniform distribution over classes, 0.5 for
            square-root sampling, 1 for a uniform distribution over videos. A
            video with several labels is drawn for each of them: with 1, in
            proportion to the number of its labels.
        seed: Random seed; by default one that all ranks share.
    """

    def __init__(self,
                 dataset: Sized,
                 power: float = 0.0,
                 seed: Optional[int] = None) -> None:
        self.rank, self.world_size = get_dist_info()
        if not 0 <= power <= 1:
            raise ValueError(f'power must be in [0, 1], got {power}')
        self.power = power
        self.seed = sync_random_seed() if seed is None else seed
        self.epoch = 0
        self.num_samples = math.ceil(len(dataset) / self.world_size)
        videos, labels = map(torch.from_numpy, video_labels(dataset))
        order = labels.argsort(stable=True)
        self._videos = videos[order]  # sorted by class
        self._classes = labels[order]
        self._counts = labels.bincount()
        self._first = self._counts.cumsum(0) - self._counts

    @property
    def probabilities(self) -> torch.Tensor:
        """Probability of each class, float64 ``(S,)``; zero without videos."""
        return F.sampling_probability(self._counts, self.power)

    @property
    def num_draws(self) -> int:
        """Number of draws of an epoch, over all ranks."""
        return self.num_samples * self.world_size

    def expected_counts(self) -> torch.Tensor:
        """Expected number of draws of an epoch that have the label of each
        class, float64 ``(S,)``."""
        frequency = F.sampled_frequency(self.probabilities, self._classes,
                                        self._videos)
        return frequency * self.num_draws

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed + self.epoch)
        # one row per draw: the draws do not depend on the number of ranks
        draws = torch.rand(
            self.num_draws, 2, generator=generator, dtype=torch.float64)
        cumulative = self.probabilities.cumsum(0)
        classes = torch.searchsorted(
            cumulative / cumulative[-1], draws[:, 0].contiguous(), right=True)
        position = (draws[:, 1] * self._counts[classes]).long()
        videos = self._videos[self._first[classes] + position]
        rank_slice = slice(self.rank, None, self.world_size)
        return map(DrawnIndex, videos[rank_slice].tolist(),
                   classes[rank_slice].tolist())

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch; ``DistSamplerSeedHook`` calls it before each one."""
        self.epoch = epoch


@DATA_SAMPLERS.register_module()
class SquareRootSampler(ClassBalancedSampler):
    """:class:`ClassBalancedSampler` by the square root of the frequency.

    Args:
        dataset: See :class:`ClassBalancedSampler`.
        power: Exponent of the class frequency.
        kwargs: ``seed`` of :class:`ClassBalancedSampler`.
    """

    def __init__(self, dataset: Sized, power: float = 0.5, **kwargs) -> None:
        super().__init__(dataset, power, **kwargs)
