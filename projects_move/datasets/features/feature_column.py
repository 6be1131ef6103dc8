"""Cached features of the videos of a batch, opened one by one."""
import os
from typing import List, Optional, Sequence, Tuple, Union

import numpy as np

from projects_move.errors import InputError, MissingInputError
from .feature_checks import check_channels
from .feature_file import open_feature_file
from .frame_span import FrameSpan
from .npy import read_npy
from .origin import Origin
from .packed_store import PackedStore
from .store_folders import find_packed

Frames = Union[np.ndarray, FrameSpan]


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
        self._last: Tuple[int, Optional[Frames]] = (-1, None)
        try:
            found = find_packed(paths[0]) if paths else None
        except InputError as error:
            raise self.origin(0).error(error) from error
        if found is not None:
            self._store, _ = found
            root = f'{self._store.folder}/'
            names = [
                path[len(root):-len('.npy')] if path.startswith(root) else ''
                for path in paths
            ]
            self._keys = np.array([os.fsencode(name) for name in names])

    @property
    def _positions(self) -> List[int]:
        """Position of each video in the store, -1 if it is not there; located
        again after the index of the store has changed."""
        if self._version != self._store.version:
            self._located = self._store.locate(self._keys).tolist()
            self._version = self._store.version
        return self._located

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: Union[int, List[int]]
                    ) -> Union[np.ndarray, 'FeatureColumn']:
        if isinstance(index, list):
            columns = (self.paths, self.video_ids, self.lines)
            return FeatureColumn(
                *([column[i] for i in index] for column in columns),
                self.channels)
        frames = self.frames(index)
        if isinstance(frames, FrameSpan):
            frames = frames.read()
            self._last = (index, frames)
        return frames

    def origin(self, index: int) -> Origin:
        """Origin of the features of a video, for errors."""
        return Origin(self.paths[index], self.video_ids[index],
                      self.lines[index])

    def frames(self, index: int) -> Frames:
        """Features of a video, which are read on demand unless they are a
        small file.

        Raises:
            InputError: See :func:`~.feature_file.open_feature_file`.
        """
        if self._last[0] != index:
            self._last = (index, self._open(index))
        return self._last[1]

    def _open(self, index: int) -> Frames:
        origin = self.origin(index)
        position = -1 if self._store is None else self._positions[index]
        try:
            if position >= 0:
                frames = self._store.video(position, origin)
            elif self._store is None:
                frames = read_npy(origin)
            else:  # added meanwhile, or in another folder
                return open_feature_file(origin.path, self.channels,
                                         *origin[1:])
        except MissingInputError:  # the folder may have become a store
            return open_feature_file(origin.path, self.channels, *origin[1:])
        check_channels(frames.shape, self.channels, origin)
        return frames

    def read_ahead(self) -> None:
        """Prefetch the videos of a packed store into the page cache."""
        if self._store is not None:
            self._store.read_ahead(
                [position for position in self._positions if position >= 0])
