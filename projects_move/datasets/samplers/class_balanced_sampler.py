"""Drawing a class first, then one of its videos (Kang et al., ICLR 2020).

The released square-root sampling has probabilities that do not sum to one
and cannot run; here they do.
"""
import math
from typing import Iterator, Optional, Sized

import torch
from mmengine.dist import get_dist_info, sync_random_seed
from mmengine.registry import DATA_SAMPLERS
from torch.utils.data import Sampler

from projects_move.datasets.lists.class_counts import video_labels


class DrawnIndex(int):
    """Index of a video that knows the class for which it was drawn."""
    drawn_class: int

    def __new__(cls, index: int, drawn_class: int) -> 'DrawnIndex':
        self = super().__new__(cls, index)
        self.drawn_class = drawn_class
        return self

    def __getnewargs__(self):
        return int(self), self.drawn_class


@DATA_SAMPLERS.register_module()
class ClassBalancedSampler(Sampler):
    """Class c with a probability in proportion to ``n_c ** power``, then any
    of its videos.

    An epoch has as many draws as the data set videos, shared out between the
    ranks. They depend on seed and epoch alone, so that a resumed training
    sees what it would have seen.

    Args:
        dataset: Any of MMAction2's; videos of several labels count for each.
        power: 0 draws every class alike, 0.5 by the square root of its
            frequency, 1 every video alike.
        seed: By default one that all ranks share.
    """

    def __init__(self,
                 dataset: Sized,
                 power: float = 0.0,
                 seed: Optional[int] = None) -> None:
        self.rank, self.world_size = get_dist_info()
        self.power = power
        self.seed = sync_random_seed() if seed is None else seed
        self.epoch = 0
        self.num_samples = math.ceil(len(dataset) / self.world_size)
        videos, labels = map(torch.from_numpy, video_labels(dataset))
        order = labels.argsort(stable=True)
        self._videos = videos[order]  # by class
        self._counts = labels.bincount()
        self._first = self._counts.cumsum(0) - self._counts

    @property
    def probabilities(self) -> torch.Tensor:
        """Of drawing each class, float64 ``(S,)``; zero without videos."""
        weight = self._counts.double()**self.power * (self._counts > 0)
        return weight / weight.sum()

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed + self.epoch)
        total = self.num_samples * self.world_size
        # row by row, so that other numbers of ranks draw the same
        draws = torch.rand(total, 2, generator=generator, dtype=torch.float64)
        share = self.probabilities.cumsum(0)
        classes = torch.searchsorted(
            share / share[-1], draws[:, 0].contiguous(), right=True)
        place = (draws[:, 1] * self._counts[classes]).long()
        videos = self._videos[self._first[classes] + place]
        own = slice(self.rank, None, self.world_size)
        return map(DrawnIndex, videos[own].tolist(), classes[own].tolist())

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Called by ``DistSamplerSeedHook`` before each epoch."""
        self.epoch = epoch


@DATA_SAMPLERS.register_module()
class SquareRootSampler(ClassBalancedSampler):
    """:class:`ClassBalancedSampler` by the square root of the frequency.

    Args:
        power: See there.
        kwargs: ``dataset`` and ``seed``, see there.
    """

    def __init__(self, dataset: Sized, power: float = 0.5, **kwargs) -> None:
        super().__init__(dataset, power, **kwargs)
