"""Masks of the videos of a list, as the Dynamic Frame Sampler draws them."""
from typing import Callable, Dict, Optional, Union

import numpy as np
import torch
from torch import Tensor

from .transforms import DynamicFrameSampler


class ViewMasks:
    """Knows the smallest subset of every video, so that only chance is left.

    Args:
        sampler: Which draws them.
        labels: Of the videos, one after the other, int64 ``(L,)``.
        owners: The video of each label, int64 ``(L,)``, ascending.
        num_videos: N.
        name: Of a video, for errors.
    """

    def __init__(self, sampler: DynamicFrameSampler, labels: np.ndarray,
                 owners: np.ndarray, num_videos: int,
                 name: Callable[[int], str]) -> None:
        self.sampler = sampler
        self.labels = labels
        self.owners = owners
        self.num_videos = num_videos
        self.name = name
        self._fewest: Optional[np.ndarray] = None  # (N,)
        self._tau: Optional[Tensor] = None  # what that follows from
        self._bounds = (0, 0)

    def draw(self, indices: Union[int, np.ndarray],
             num_frames: int) -> Dict[str, Tensor]:
        """What the sampler adds to the samples of some videos of T frames.

        Raises:
            RuntimeError: Where the sampler knows no class counts.
            ValueError: Naming the first video of the list whose labels it
                does not know.
        """
        sampler = self.sampler
        bounds = (sampler.min_frames, num_frames)
        if self._tau is not sampler.tau or self._bounds != bounds:
            fewest = sampler.fewest_frames(
                torch.from_numpy(self.labels), torch.from_numpy(self.owners),
                self.num_videos, num_frames, self.name)
            self._fewest = fewest.numpy().astype(np.int32)
            self._tau, self._bounds = sampler.tau, bounds
        return sampler.draw(self._fewest[indices], num_frames)
