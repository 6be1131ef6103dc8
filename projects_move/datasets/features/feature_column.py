"""Cached features of the videos of a batch, opened one by one."""
from typing import List, Optional, Sequence, Tuple, Union

import numpy as np

from .feature_file import check_features, open_feature_file
from .npy import read_npy
from .packed_store import PackedStore, find_packed


class FeatureColumn(Sequence):
    """Features ``(T, C)`` of B videos; ``column[i]`` reads those of video i.

    Args:
        paths: ``FOLDER/NAME.npy`` of each video, see
            :func:`~.feature_file.open_feature_file`.
        video_ids: Names of the videos, for errors.
        lines: Lines of the videos in the list, for errors.
        channels: Expected C; None accepts any.
    """

    def __init__(self,
                 paths: List[str],
                 video_ids: Sequence[Optional[str]],
                 lines: Sequence[Optional[int]],
                 channels: Optional[int] = None) -> None:
        self.paths = paths
        self.video_ids = video_ids
        self.lines = lines
        self.channels = channels
        self._store: Optional[PackedStore] = None
        self._version = -1
        self._last: Tuple[int, Optional[np.ndarray]] = (-1, None)
        found = find_packed(paths[0]) if paths else None
        if found is not None:
            self._store, _ = found
            root = f'{self._store.folder}/'
            names = [
                path[len(root):-len('.npy')] if path.startswith(root) else ''
                for path in paths
            ]
            self._keys = np.array([name.encode() for name in names])

    @property
    def _positions(self) -> np.ndarray:
        """Position of each video in the store, -1 if it is not there; located
        again after the index of the store has changed."""
        if self._version != self._store.version:
            self._located = self._store.locate(self._keys)
            self._version = self._store.version
        return self._located

    @property
    def is_finite(self) -> bool:
        """Whether all videos are in a packed store, which accepts finite
        numbers only."""
        return self._store is not None and bool((self._positions >= 0).all())

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: Union[int, List[int]]
                    ) -> Union[np.ndarray, 'FeatureColumn']:
        if isinstance(index, list):
            columns = (self.paths, self.video_ids, self.lines)
            return FeatureColumn(
                *([column[i] for i in index] for column in columns),
                self.channels)
        if self._last[0] != index:
            self._last = (index, self._open(index))
        return self._last[1]

    def _open(self, index: int) -> np.ndarray:
        """Features of a video, read-only."""
        where = self.paths[index], self.video_ids[index], self.lines[index]
        if self._store is None:
            features = read_npy(where[0])
        else:
            position = self._positions[index]
            features = None if position < 0 else self._store.frames(position)
        if features is None:
            return open_feature_file(where[0], self.channels, *where[1:])
        if self.channels is not None:
            check_features(features, f'feature file {where[0]}', self.channels)
        return features

    def read_ahead(self) -> None:
        """Prefetch the videos of a packed store into the page cache."""
        if self._store is not None:
            self._store.read_ahead(
                self._positions[self._positions >= 0].tolist())
