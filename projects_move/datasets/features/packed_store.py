"""Packed store: cached features of many videos in a few large files.

A store is a folder with ``store.json`` (float type and channels) and shards.
A shard has two files: ``NAME.bin`` has the frames of all its videos,
concatenated, and ``NAME.index.npy`` has the name, the first frame and the
number of frames of each video. The index is written last, so a store can grow
while it is read, and several processes can write shards of their own.
"""
import json
import mmap
import os
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Union

import numpy as np

STORE = 'store.json'
VERSION = 1


class PackedStore:
    """Reader of a packed store, by memory maps of its shards.

    A video has a position in the store, which stays the same while shards
    are added.

    Args:
        folder: Folder with ``store.json``.

    Raises:
        FileNotFoundError: For a folder that is no store.
        ValueError: For a store of another version.
    """

    def __init__(self, folder: Union[str, Path]) -> None:
        self.folder = Path(folder)
        header = json.loads((self.folder / STORE).read_text())
        if header.get('version') != VERSION:
            raise ValueError(f'{self.folder / STORE}: expected version '
                             f'{VERSION}, got {header.get("version")}')
        self.dtype = np.dtype(header['dtype'])
        self.channels = int(header['channels'])
        self._shards: List[str] = []
        self._maps: Dict[str, np.ndarray] = {}
        self._mappings: Dict[str, mmap.mmap] = {}
        self._blocks_read = -1
        self.version = 0  # of the index
        self.refresh()

    def refresh(self) -> bool:
        """Read the index again if the shards have changed; return whether
        they have."""
        found = {
            path.name[:-len('.index.npy')]
            for path in self.folder.glob('*.index.npy')
        }
        known = [shard for shard in self._shards if shard in found]
        if len(found) == len(known) == len(self._shards):
            return False
        shards = known + sorted(found.difference(known))
        if not shards:  # they were deleted
            self._shards = []
            self.version += 1
            return True
        parts = [
            np.load(
                self.folder / f'{shard}.index.npy',
                mmap_mode='r',
                allow_pickle=False) for shard in shards
        ]
        names, self._first, self._count = (
            np.concatenate([part[key] for part in parts])
            for key in ('name', 'first', 'count'))
        self._shard = np.repeat(
            np.arange(len(parts), dtype=np.int32),
            [len(part) for part in parts])
        # names are sorted; the others are in the order of the shards
        self._positions = np.argsort(names, kind='stable')
        self._names = names[self._positions]
        self._shards = shards
        self.version += 1
        return True

    @property
    def num_shards(self) -> int:
        """Number of shards in the index."""
        return len(self._shards)

    def __len__(self) -> int:
        """Number of videos."""
        return len(self._names) if self._shards else 0

    def names(self) -> Iterator[str]:
        """Names of all videos, sorted."""
        for name in self._names if self._shards else ():
            yield name.decode()

    def __contains__(self, name: str) -> bool:
        return self._position(name) is not None

    def _position(self, name: str) -> Optional[int]:
        if not self._shards:
            return None
        key = name.encode()
        row = int(np.searchsorted(self._names, key))
        found = row < len(self._names) and self._names[row] == key
        return int(self._positions[row]) if found else None

    def open(self, name: str) -> np.ndarray:
        """Frames of a video, ``(T, C)``, read-only.

        Raises:
            KeyError: For a video that is not in the store.
            ValueError: For a shard that is shorter than its index says.
        """
        position = self._position(name)
        if position is None and self.refresh():
            position = self._position(name)
        if position is None:
            raise KeyError(name)
        return self.frames(position)

    def locate(self, names: np.ndarray) -> np.ndarray:
        """Positions of many videos, int64 ``(N,)``, -1 for a video that is
        not in the store.

        Args:
            names: Encoded names, bytes ``(N,)``.
        """
        if not self._shards:
            return np.full(len(names), -1)
        rows = np.searchsorted(self._names, names)
        rows[rows == len(self._names)] = 0
        return np.where(self._names[rows] == names, self._positions[rows], -1)

    def frames(self, position: int) -> np.ndarray:
        """Frames of the video at a position, ``(T, C)``, read-only.

        Raises:
            ValueError: For a shard that is shorter than its index says.
        """
        first, count = int(self._first[position]), int(self._count[position])
        shard = self._shards[self._shard[position]]
        frames = self._map(shard)
        if first + count > len(frames):
            path = self.folder / f'{shard}.bin'
            name = self._names[self._positions == position][0].decode()
            raise ValueError(f'{path} is truncated: {len(frames)} frames, '
                             f'video {name} ends at {first + count}')
        return frames[first:first + count]

    def length(self, position: int) -> int:
        """Number of frames of the video at a position."""
        return int(self._count[position])

    def unmap(self) -> None:
        """Drop the maps of all shards; they are mapped again when used."""
        self._maps.clear()
        self._mappings.clear()

    def read_ahead(self, positions: Sequence[int]) -> None:
        """Prefetch videos into the page cache, in the background.

        A call does nothing if this process has read no block from a disk
        since the last call: the store is then in the page cache.
        """
        blocks = _blocks_read()
        if blocks == self._blocks_read:
            return
        self._blocks_read = blocks
        for position in positions:
            self._read_ahead(position)

    def _read_ahead(self, position: int) -> None:
        shard = self._shards[self._shard[position]]
        frames = self._map(shard)
        row = self.channels * self.dtype.itemsize
        first, count = int(self._first[position]), int(self._count[position])
        start = first * row // mmap.PAGESIZE * mmap.PAGESIZE
        end = min(first + count, len(frames)) * row
        if start < end and hasattr(mmap, 'MADV_WILLNEED'):
            self._mappings[shard].madvise(mmap.MADV_WILLNEED, start,
                                          end - start)

    def _map(self, shard: str) -> np.ndarray:
        """Memory map of a shard's frames, ``(N, C)``."""
        if shard not in self._maps:
            with open(self.folder / f'{shard}.bin', 'rb') as file:
                mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            row = self.channels * self.dtype.itemsize
            frames = np.frombuffer(mapping, self.dtype,
                                   len(mapping) // row * self.channels)
            self._mappings[shard] = mapping
            self._maps[shard] = frames.reshape(-1, self.channels)
        return self._maps[shard]

    def __getstate__(self) -> dict:
        return dict(self.__dict__, _maps={}, _mappings={})


def _blocks_read() -> int:
    """Blocks that this process has read from disks; 0 if the system does not
    count them."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock


@lru_cache(maxsize=None)
def _cached_store(folder: str, header: Tuple[int, int]) -> PackedStore:
    return PackedStore(folder)


def _open_store(folder: str) -> PackedStore:
    """Store of a folder, opened again only if ``store.json`` is replaced."""
    header = os.stat(os.path.join(folder, STORE))
    return _cached_store(folder, (header.st_ino, header.st_mtime_ns))


@lru_cache(maxsize=4096)
def _store_folder(folder: str) -> Optional[str]:
    """The folder or its nearest parent that is a packed store."""
    if os.path.isfile(os.path.join(folder, STORE)):
        return folder
    parent = os.path.dirname(folder)
    return None if parent == folder or not parent else _store_folder(parent)


def forget_store_folders() -> None:
    """Clear the cache of :func:`_store_folder`."""
    _store_folder.cache_clear()


def find_packed(path: Union[str, Path]) -> Optional[Tuple[PackedStore, str]]:
    """Store and video name of ``STORE/NAME.npy``, None for a plain file."""
    path = str(path)
    folder = _store_folder(os.path.dirname(path))
    if folder is None:
        return None
    try:
        store = _open_store(folder)
    except FileNotFoundError:  # the store was deleted
        forget_store_folders()
        return find_packed(path)
    name = os.path.relpath(path, folder)
    return store, name[:-len('.npy')] if name.endswith('.npy') else name
