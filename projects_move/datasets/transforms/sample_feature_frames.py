"""Sampling of frames of cached features."""
from typing import Optional, Sequence, Union

import numpy as np
from mmaction.registry import TRANSFORMS

from projects_move.structures import POOL, VideoBatch
from ..features.feature_checks import are_finite, check_finite
from ..features.feature_column import FeatureColumn
from ..features.origin import Origin
from ..videos.frame_index import (MODES, RANDOM_MODES, draw_positions,
                                  frame_indices)
from .batch_transform import BatchTransform


@TRANSFORMS.register_module()
class SampleFeatureFrames(BatchTransform):
    """Sample and read frames of ``results['features']``.

    Args:
        num_frames: Number of frames, T, of every mode but ``'all'``.
        mode: ``'random'``, sorted draws with replacement; ``'uniform'``,
            evenly spaced with both ends; ``'random_segments'`` and
            ``'segments'``, a random or the centre frame of each of T equal
            segments, but each frame once if there are fewer; or ``'all'``.
        check_finite: Whether to refuse NaN and infinity.

    Added keys: ``imgs``, ``(T, C)``; ``frame_inds``; ``num_frames``. Removed
    key: ``features``.

    Raises:
        ValueError: For ``num_frames`` that does not fit the mode.
        InputError: For frames that are not finite, and for videos of one
            batch with different channels, with file, video and line.
    """

    def __init__(self,
                 num_frames: Optional[int] = None,
                 mode: str = 'random',
                 check_finite: bool = True) -> None:
        if mode not in MODES:
            raise ValueError(f'mode must be one of {MODES}, got {mode!r}')
        if (num_frames is None) != (mode == 'all'):
            raise ValueError("expected num_frames for every mode but 'all', "
                             f'got {num_frames} for {mode!r}')
        if num_frames is not None and num_frames < 1:
            raise ValueError(
                f'num_frames must be at least 1, got {num_frames}')
        self.num_frames = num_frames
        self.mode = mode
        self.check_finite = check_finite

    def transform_batch(self, batch: VideoBatch) -> VideoBatch:
        columns = dict(batch.columns)
        features = columns.pop('features')
        positions: Sequence = [None] * len(batch)
        if self.mode in RANDOM_MODES:
            positions = draw_positions(
                self.num_frames, len(batch), mode=self.mode)
        column = features.__getitem__
        if isinstance(features, FeatureColumn):
            features.read_ahead()
            column = features.frames  # reads the sampled frames only
        totals, indices, frames = [], [], _FrameStack(len(batch), self.mode)
        for i, position in enumerate(positions):
            video = column(i)
            index = frame_indices(
                len(video), self.num_frames, self.mode, position)
            rows = frames.add(video, index, batch, i)
            if self.check_finite and not are_finite(rows):
                check_finite(rows, _origin(batch, i), index)
            totals.append(len(video))
            indices.append(index)
        columns.update(
            imgs=frames.stacked,
            frame_inds=indices,
            num_frames=[len(index) for index in indices],
            total_frames=totals)
        return VideoBatch(columns)

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_frames={self.num_frames}, '
                f'mode={self.mode!r}, check_finite={self.check_finite})')


class _FrameStack:
    """Sampled frames of B videos, ``(B, T, C)``; a list of ``(T, C)`` in a
    mode that samples fewer frames of short videos."""

    def __init__(self, num_videos: int, mode: str) -> None:
        self.num_videos = num_videos
        self.stacked: Union[np.ndarray, list, None] = None
        if mode not in ('random', 'uniform') or num_videos == 0:
            self.stacked = []

    def add(self, video: np.ndarray, index: np.ndarray, batch: VideoBatch,
            i: int) -> np.ndarray:
        """Copy frames of the i-th video into the stack and return the copy."""
        if isinstance(self.stacked, list):
            self.stacked.append(np.ascontiguousarray(video.take(index, 0)))
            self._check_channels(video, batch, i)
            return self.stacked[-1]
        shape = (self.num_videos, len(index), video.shape[1])
        if self.stacked is None:
            self.stacked = POOL.empty_batch(shape, video.dtype)
        self._check_channels(video, batch, i)
        dtype = np.promote_types(self.stacked.dtype, video.dtype)
        if dtype != self.stacked.dtype:
            wider = POOL.empty_batch(shape, dtype)
            wider[:i] = self.stacked[:i]
            self.stacked = wider
        rows = self.stacked[i]
        if video.dtype == rows.dtype:
            video.take(index, 0, rows, 'clip')
        else:
            rows[:] = video.take(index, 0)
        return rows

    def _check_channels(self, video: np.ndarray, batch: VideoBatch,
                        i: int) -> None:
        expected = self.stacked[0].shape[1]
        if video.shape[1] != expected:
            raise _origin(batch, i).error(
                f'expected {expected} channels, as {_origin(batch, 0)} has, '
                f'found {video.shape[1]}')


def _origin(batch: VideoBatch, i: int) -> Origin:
    """File, name and line of a video, for errors."""
    keys = ('feature_path', 'video_id', 'line')
    return Origin(*(batch.columns[key][i] if key in batch.columns else None
                    for key in keys))
