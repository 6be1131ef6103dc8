"""Keeping features in memory: of a whole list, or of its rarest classes."""
from itertools import chain
from pathlib import Path
from typing import Iterable, NamedTuple, Tuple, Union

import numpy as np
import torch
from torch import Tensor

from .feature_file import check_finite
from .reader import FeatureReader
from .shard_writer import ShardWriter

BLOCK = 2**26  # bytes that go to a device at a time


class ResidentIndex(NamedTuple):
    """Where the frames of each video lie in one array.

    Attributes:
        first: Row of its first frame, int64 ``(N,)``; -1 for a video that is
            not there.
        count: Frames, int64 ``(N,)``.
    """
    first: np.ndarray
    count: np.ndarray


def rarest_first(labels: np.ndarray, owners: np.ndarray,
                 num_videos: int) -> np.ndarray:
    """Videos by the frequency of their rarest class, which is the order in
    which balanced samplers draw them most; then by their place in the list.

    Args:
        labels: Of all videos, ``(L,)``.
        owners: The video of each label, ``(L,)``.
        num_videos: N.

    Example:
        >>> rarest_first(np.array([0, 0, 0, 1, 1, 2]),
        ...              np.array([0, 1, 2, 2, 3, 4]), 5).tolist()
        [4, 2, 3, 0, 1]
    """
    counts = np.bincount(labels)
    rarest = np.full(num_videos, len(labels))
    np.minimum.at(rarest, owners, counts[labels])
    return np.argsort(rarest, kind='stable')


def that_fit(sizes: np.ndarray, order: np.ndarray, room: int) -> np.ndarray:
    """Of videos in an order those that there is room for.

    Args:
        sizes: Bytes of each video, ``(N,)``.
        order: Of the videos, ``(N,)``.
        room: Bytes.

    Example:
        >>> that_fit(np.array([5, 4, 3]), np.array([2, 0, 1]), 8).tolist()
        [2, 0]
    """
    return order[np.cumsum(sizes[order]) <= room]


def copy_to_folder(reader: FeatureReader, videos: Iterable[int],
                   folder: Union[str, Path], dtype: np.dtype, alike: bool,
                   prefix: str) -> None:
    """Pack videos into a folder, which should lie in memory.

    Args:
        reader: Of the features.
        videos: Indices, each once.
        folder: Becomes a packed store; several processes may fill it.
        dtype: Of the store.
        alike: Whether to refuse videos of another type.
        prefix: Of this process, see ``ShardWriter``.

    Raises:
        ValueError: For numbers that are not finite, and for ``alike``.
    """
    videos = iter(videos)
    first = next(videos, None)
    if first is None:
        return
    channels = reader.open(first).shape[1]
    with ShardWriter(folder, dtype, channels, prefix=prefix) as writer:
        for video in chain([first], videos):
            frames = reader.open(video)
            name = reader.name(video)
            _check_dtype(frames, name, dtype, alike)
            writer.add(name, frames)


def copy_to_device(reader: FeatureReader, videos: Iterable[int], num_rows: int,
                   dtype: np.dtype, alike: bool,
                   device: torch.device) -> Tuple[Tensor, ResidentIndex]:
    """Copy videos, one after another, into one tensor.

    Args:
        reader: Of the features.
        videos: Indices, each once.
        num_rows: Frames of all of them, or more.
        dtype: Of the tensor.
        alike: Whether to refuse videos of another type.
        device: Of the tensor.

    Returns:
        Frames ``(num_rows, C)``, and where each video lies.

    Raises:
        ValueError: For numbers that are not finite, and for ``alike``.
    """
    first = np.full(len(reader.names), -1)
    count = np.zeros(len(reader.names), np.int64)
    frames, block, start, end = None, [], 0, 0

    def flush():
        rows = np.concatenate(block)
        frames[start:end] = torch.from_numpy(rows).to(device)
        block.clear()

    for video in videos:
        opened, name = reader.open(video), reader.name(video)
        _check_dtype(opened, name, dtype, alike)
        with np.errstate(over='ignore'):
            rows = np.array(opened, dtype)
        check_finite(rows, f'{name}.npy', name)
        if frames is None:
            like = torch.from_numpy(rows)
            frames = like.new_empty((num_rows, rows.shape[1]), device=device)
        first[video], count[video] = end, len(rows)
        block.append(rows)
        end += len(rows)
        if (end - start) * rows[0].nbytes >= BLOCK:
            flush()
            start = end
    if block:
        flush()
    return frames, ResidentIndex(first, count)


def _check_dtype(frames: np.ndarray, name: str, dtype: np.dtype,
                 alike: bool) -> None:
    if alike and frames.dtype != dtype:
        raise ValueError(f'video {name} has features of {frames.dtype}, the '
                         f'first of {dtype}: set the dtype to keep them in')
