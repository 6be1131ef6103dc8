"""The sampled frames of a whole batch, read into the memory of the batch."""
import operator
from typing import Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from mmaction.datasets.transforms import PackActionInputs
from torch import Tensor

from projects_move.datasets.transforms import (DynamicFrameSampler,
                                               LoadFeatures,
                                               SampleFeatureFrames)
from projects_move.datasets.videos.frame_index import sample_frames
from projects_move.datasets.view_masks import ViewMasks
from projects_move.structures import (BatchMemory, BatchSamples, ReadBatch,
                                      make_sample)
from .feature_file import check_finite
from .reader import FeatureReader


class FeatureBatches:
    """Does for many videos what a pipeline of cached features does for one;
    chance falls alike, and not on the same frames.

    Args:
        reader: Of the features.
        labels: Their labels, one video after the other, int64 ``(L,)``.
        owners: The video of each label, int64 ``(L,)``, ascending.
        num_classes: S.
        multi_class: Whether a video may have several labels.
        transforms: Of a pipeline that :meth:`understands`.
    """

    def __init__(self, reader: FeatureReader, labels: np.ndarray,
                 owners: np.ndarray, num_classes: int, multi_class: bool,
                 transforms: Sequence[Callable]) -> None:
        self.reader = reader
        self.labels = labels
        self.owners = owners
        self.ends = np.searchsorted(owners, np.arange(len(reader.names) + 1))
        self.num_classes = num_classes
        self.multi_class = multi_class
        self.sample: SampleFeatureFrames = transforms[1]
        self.views: Optional[ViewMasks] = None
        if len(transforms) == 4:
            self.views = ViewMasks(transforms[3], labels, owners,
                                   len(reader.names), reader.name)
        self._memory = BatchMemory()

    @staticmethod
    def understands(transforms: Sequence[Callable]) -> bool:
        """Whether a pipeline loads and samples a fixed number of frames,
        packs them and, at most, draws views."""
        kinds = (LoadFeatures, SampleFeatureFrames, PackActionInputs,
                 DynamicFrameSampler)
        if len(transforms) not in (3, 4) or any(
                type(each) is not kind
                for each, kind in zip(transforms, kinds)):
            return False
        load, sample, pack = transforms[:3]
        return load.channels is None and sample.mode != 'all' and not (
            pack.collect_keys or pack.algorithm_keys) and set(
                pack.meta_keys) == {'video_id', 'sample_idx'}

    def read(self, indices: Sequence[int]) -> ReadBatch:
        """Frames and data samples of the videos.

        Raises:
            IndexError: For an index beyond the list.
            ValueError: For videos of different channels, or frames that are
                not finite, naming the video.
        """
        indices = np.array([self._checked(index) for index in indices])
        samples = self._samples(indices)
        draws = self._draw(len(indices))  # (B, T)
        return ReadBatch(self._frames(indices, draws), samples)

    def read_one(self, index: int) -> Dict:
        """What the pipeline makes of a video.

        Raises:
            IndexError: For an index beyond the list.
            FileNotFoundError, ValueError: For features that are not there or
                not finite, naming the video.
        """
        index = self._checked(index)
        masks = self._masks(index)
        self.reader.read_ahead([index])
        video = self.reader.open(index)
        frames, rows = self._memory.empty(
            (self.sample.num_frames, video.shape[1]), video.dtype)
        self._take(index, video, self._draw(), rows)
        labels = self.labels[self.ends[index]:self.ends[index + 1]]
        sample = make_sample(
            self.reader.name(index), index, labels,
            self.num_classes if self.multi_class else None, masks)
        return dict(inputs=frames, data_samples=sample)

    def _checked(self, index: int) -> int:
        """From the start, as a plain number."""
        count, index = len(self.reader.names), operator.index(index)
        if not -count <= index < count:
            raise IndexError(f'video {index} of a list of {count}')
        return index + count if index < 0 else index

    def _frames(self, indices: np.ndarray, draws: np.ndarray) -> Tensor:
        """``(B, T, C)``, in the memory of a batch."""
        self.reader.read_ahead(indices)
        frames = None
        for i, index in enumerate(indices):
            video = self.reader.open(index)
            if frames is None:
                frames, rows = self._memory.to_send(
                    (len(indices), self.sample.num_frames, video.shape[1]),
                    video.dtype)
            if video.shape[1] != rows.shape[2]:
                raise ValueError(
                    f'video {self.reader.name(index)} has features of '
                    f'{video.shape[1]} channels, video '
                    f'{self.reader.name(indices[0])} of {rows.shape[2]}')
            if video.dtype != rows.dtype:
                frames, rows = self._widened(frames, rows, video.dtype)
            self._take(index, video, draws[i], rows[i])
        return frames

    def _take(self, index: int, video: np.ndarray, draw: np.ndarray,
              rows: np.ndarray) -> None:
        """Bring the frames of a draw into rows, ``(T, C)``."""
        chosen = self._index(len(video), draw)
        if video.dtype == rows.dtype:
            video.take(chosen, 0, rows, 'clip')
        else:
            rows[:] = video[chosen]
        if self.sample.check_finite and not self.reader.is_finite:
            name = self.reader.name(index)
            check_finite(rows, f'{name}.npy', name)

    def _draw(self, *shape: int) -> np.ndarray:
        """Where in a video the frames lie, in [0, 1), ascending, ``(..., T)``;
        of no use for evenly spaced ones."""
        if self.sample.mode != 'random':
            return np.empty((*shape, 0))
        draws = np.random.random((*shape, self.sample.num_frames))
        draws.sort()
        return draws

    def _index(self, total: int, draw: np.ndarray) -> np.ndarray:
        """Which of a video's frames are taken, ``(T, )``."""
        if self.sample.mode == 'random':
            return (draw * total).astype(np.int64)
        return sample_frames(total, self.sample.num_frames, self.sample.mode)

    def _widened(self, frames: Tensor, rows: np.ndarray,
                 dtype: np.dtype) -> Tuple[Tensor, np.ndarray]:
        """A batch, and its array, in a type that holds another one too."""
        dtype = np.promote_types(rows.dtype, dtype)
        if dtype == rows.dtype:
            return frames, rows
        frames, wide = self._memory.to_send(rows.shape, dtype)
        wide[:] = rows
        return frames, wide

    def _samples(self, indices: np.ndarray) -> BatchSamples:
        starts, ends = self.ends[indices], self.ends[indices + 1]
        labels = torch.from_numpy(
            np.concatenate([self.labels[a:b] for a, b in zip(starts, ends)]))
        owners = torch.from_numpy(
            np.repeat(np.arange(len(indices)), ends - starts))
        names = [self.reader.name(i) for i in indices]
        return BatchSamples(labels, owners, names, indices.tolist(),
                            self.multi_class, self.num_classes,
                            self._masks(indices))

    def _masks(self, indices: Union[int, np.ndarray]) -> Dict[str, Tensor]:
        if self.views is None:
            return {}
        return self.views.draw(indices, self.sample.num_frames)


def encoded(names: List[str]) -> np.ndarray:
    """Names as bytes, ``(N,)``."""
    return np.array([name.encode() for name in names])
