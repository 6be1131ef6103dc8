"""Opens the cached features of many videos, one after another."""
import io
import os
import os.path as osp
from functools import lru_cache
from typing import Callable, Optional, Sequence, Tuple

import numpy as np
from numpy.lib import format as npy

from .packed_store import PackedStore, find_packed

WARM = 16  # videos that are opened between two looks at the disks
WHOLE = 2**21  # bytes; of a longer file only the sampled frames are read
MAGIC = npy.magic(1, 0)


class FeatureReader:
    """Features by the index of a video, of a folder of ``.npy`` or of a
    packed store.

    A file is read as a whole, into memory that the next one uses again. Of a
    store, while it comes from a disk, whole videos are asked for before the
    first of them is used; what is in memory already is left to itself.

    Args:
        folder: Of the features.
        names: Of all videos, bytes ``(N,)``.
        open_one: The features of a video in any case that is not the usual
            one; it names the video where there are none.
        store: That of the folder, where it is known.
    """

    def __init__(self,
                 folder: str,
                 names: np.ndarray,
                 open_one: Callable[[int], np.ndarray],
                 store: Optional[PackedStore] = None) -> None:
        self.folder = folder
        self.names = names
        self.open_one = open_one
        self._buffer = np.empty(0, np.uint8)
        self._blocks = -1  # read from disks so far
        self._unasked = 0  # videos since that was asked for, while warm
        self._store: Optional[PackedStore] = None
        self._behind: Optional[FeatureReader] = None
        self._num_shards = 0
        found = find_packed(self._path(0)) if store is None else (store,
                                                                  self.name(0))
        if found is not None:
            self._store, key = found
            prefix = key[:len(key) - len(self.name(0))].encode()
            self._keys = np.char.add(prefix, names) if prefix else names
            self._places = np.full(len(names), -1)
            self._locate()

    @property
    def is_finite(self) -> bool:
        """Whether all numbers are known to be: a store holds no others."""
        return self._store is not None and self._has_all

    def lengths(self) -> np.ndarray:
        """Frames of each video, int64 ``(N,)``.

        Raises:
            FileNotFoundError, ValueError: For a video that is not there.
        """
        return np.array([self._length(i) for i in range(len(self.names))])

    def _length(self, index: int) -> int:
        if self._store is not None:
            self._locate()
            if self._places[index] >= 0:
                return self._store.length(self._places[index])
            return len(self.open_one(index))
        try:
            with open(self._path(index), 'rb') as file:
                start = file.read(10)
                header = start + file.read(_header_end(start) - 10)
        except (OSError, IndexError):
            header = b''
        layout = _layout(header)
        return len(self.open_one(index)) if layout is None else layout[0][0]

    def behind(self, folder: str) -> 'FeatureReader':
        """This reader behind a packed store of some of its videos, which is
        mapped now, so that its files may go."""
        front = FeatureReader(folder, self.names, self.open,
                              PackedStore(folder))
        front._store.map_all()
        front._behind = self
        return front

    def unmap(self) -> None:
        """Let go of what is mapped until it is used again."""
        if self._store is not None:
            self._store.unmap()

    def read_ahead(self, indices: Sequence[int]) -> None:
        """Say which videos come next."""
        if self._store is None:
            return
        self._locate()
        if self._behind is not None:
            return self._behind.read_ahead(
                [index for index in indices if self._places[index] < 0])
        if 0 < self._unasked < WARM:  # to ask takes as long as some frames
            self._unasked += len(indices)
            return
        blocks = _blocks_read()
        self._unasked = len(indices) if blocks == self._blocks else 0
        if blocks != self._blocks:  # the last videos were not in memory
            for index in indices:
                if self._places[index] >= 0:
                    self._store.read_ahead(self._places[index])
        self._blocks = blocks

    def open(self, index: int) -> np.ndarray:
        """``(T, C)``, read-only, until the next call.

        Raises:
            FileNotFoundError, ValueError: As of
                :func:`~projects_move.datasets.features.feature_file.open_feature_file`.
        """
        if self._store is None:
            frames = self._read_file(self._path(index))
            return self.open_one(index) if frames is None else frames
        self._locate()
        if self._places[index] < 0:
            return self.open_one(index)
        return self._store.frames(self._places[index])

    def _locate(self) -> None:
        """Look the videos up, again where the store has grown."""
        if self._store.num_shards != self._num_shards:
            self._places = self._store.locate(self._keys)
            self._num_shards = self._store.num_shards
            self._has_all = bool((self._places >= 0).all())

    def name(self, index: int) -> str:
        return self.names[index].decode()

    def _path(self, index: int) -> str:
        return osp.join(self.folder, f'{self.name(index)}.npy')

    def _read_file(self, path: str) -> Optional[np.ndarray]:
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            return None
        try:
            size = os.fstat(file).st_size
            if size > WHOLE:
                return None
            if size > len(self._buffer):
                self._buffer = np.empty(size, np.uint8)
            content = self._buffer[:size]
            if os.readv(file, [content]) != size or size < 10:
                return None
        finally:
            os.close(file)
        start = _header_end(content)
        layout = _layout(content[:start].tobytes())
        if layout is None:
            return None
        shape, dtype = layout
        if start + shape[0] * shape[1] * dtype.itemsize != size:
            return None
        return content[start:].view(dtype).reshape(shape)


def _header_end(start: Sequence[int]) -> int:
    """Where the header of a file ends, by its first ten bytes."""
    return 10 + int(start[8]) + 256 * int(start[9])


@lru_cache(maxsize=4096)
def _layout(header: bytes) -> Optional[Tuple[Tuple[int, int], np.dtype]]:
    """Shape and type of a usual file of features."""
    if not header.startswith(MAGIC):
        return None
    try:
        shape, by_column, dtype = npy.read_array_header_1_0(
            io.BytesIO(header[len(MAGIC):]))
    except ValueError:
        return None
    usual = len(shape) == 2 and 0 not in shape and dtype.kind == 'f' and \
        dtype.isnative and not by_column
    return (shape, dtype) if usual else None


def _blocks_read() -> int:
    """From disks, by this process; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock
