"""Cached features of many videos in a few large files.

A store is a folder with ``store.json`` (float type and channels) and shards:
``NAME.bin``, the frames of one video after another, and ``NAME.index.npy``,
where each of them lies. A shard counts from the moment its index is there,
so a store may grow while it is read, and several writers may fill it.
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
    """Reads a packed store; frames are mapped, and read when they are used.

    Args:
        folder: Of the store.

    Raises:
        FileNotFoundError: Where there is no store.
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
        self.refresh()

    def refresh(self) -> bool:
        """Take shards in that have come since. Whether there were any."""
        shards = sorted(path.name[:-len('.index.npy')]
                        for path in self.folder.glob('*.index.npy'))
        if shards == self._shards:
            return False
        parts = [
            np.load(
                self.folder / f'{shard}.index.npy',
                mmap_mode='r',
                allow_pickle=False) for shard in shards
        ]
        names = np.concatenate([part['name'] for part in parts])
        order = np.argsort(names, kind='stable')
        self._names = names[order]
        self._first, self._count = (
            np.concatenate([part[key] for part in parts])[order]
            for key in ('first', 'count'))
        self._shard = np.repeat(
            np.arange(len(parts), dtype=np.int32),
            [len(part) for part in parts])[order]
        self._shards = shards
        return True

    @property
    def num_shards(self) -> int:
        """Shards that have been taken in."""
        return len(self._shards)

    def __len__(self) -> int:
        """Videos."""
        return len(self._names) if self._shards else 0

    def names(self) -> Iterator[str]:
        for name in self._names if self._shards else ():
            yield name.decode()

    def __contains__(self, name: str) -> bool:
        return self._place(name) is not None

    def _place(self, name: str) -> Optional[int]:
        if not self._shards:
            return None
        key = name.encode()
        place = int(np.searchsorted(self._names, key))
        found = place < len(self._names) and self._names[place] == key
        return place if found else None

    def open(self, name: str) -> np.ndarray:
        """Frames of a video, ``(T, C)``, read-only.

        Raises:
            KeyError: For a video that is not in the store.
            ValueError: For a shard that is shorter than its index says.
        """
        place = self._place(name)
        if place is None and self.refresh():
            place = self._place(name)
        if place is None:
            raise KeyError(name)
        return self.frames(place)

    def locate(self, names: np.ndarray) -> np.ndarray:
        """Places for :meth:`frames` of many videos, -1 of those that are not
        in the store; until :attr:`num_shards` changes.

        Args:
            names: Bytes, ``(N,)``.
        """
        if not self._shards:
            return np.full(len(names), -1)
        place = np.searchsorted(self._names, names)
        place[place == len(self._names)] = 0
        return np.where(self._names[place] == names, place, -1)

    def frames(self, place: int) -> np.ndarray:
        """Frames of a place, ``(T, C)``, read-only.

        Raises:
            ValueError: For a shard that is shorter than its index says.
        """
        first, count = int(self._first[place]), int(self._count[place])
        frames = self._map(self._shards[self._shard[place]])
        if first + count > len(frames):
            shard = self.folder / f'{self._shards[self._shard[place]]}.bin'
            name = self._names[place].decode()
            raise ValueError(f'{shard} is truncated: {len(frames)} frames, '
                             f'video {name} ends at {first + count}')
        return frames[first:first + count]

    def length(self, place: int) -> int:
        """Frames of a place."""
        return int(self._count[place])

    def unmap(self) -> None:
        """Let go of every shard until it is used again."""
        self._maps.clear()
        self._mappings.clear()

    def read_ahead(self, places: Sequence[int]) -> None:
        """Have the system read whole videos, in the background.

        Nothing happens while the store is in memory: this process has read
        no block from a disk since the last call.
        """
        blocks = _blocks_read()
        if blocks == self._blocks_read:
            return
        self._blocks_read = blocks
        for place in places:
            self._read_ahead(place)

    def _read_ahead(self, place: int) -> None:
        shard = self._shards[self._shard[place]]
        frames = self._map(shard)
        row = self.channels * self.dtype.itemsize
        first, count = int(self._first[place]), int(self._count[place])
        start = first * row // mmap.PAGESIZE * mmap.PAGESIZE
        end = min(first + count, len(frames)) * row
        if start < end and hasattr(mmap, 'MADV_WILLNEED'):
            self._mappings[shard].madvise(mmap.MADV_WILLNEED, start,
                                          end - start)

    def _map(self, shard: str) -> np.ndarray:
        """Frames of a shard, ``(N, C)``."""
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
    """Blocks that this process read from disks; 0 where the system does not
    count them."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock


@lru_cache(maxsize=None)
def _store(folder: str) -> PackedStore:
    return PackedStore(folder)


@lru_cache(maxsize=4096)
def _root(folder: str) -> Optional[str]:
    if os.path.isfile(os.path.join(folder, STORE)):
        return folder
    above = os.path.dirname(folder)
    return None if above == folder or not above else _root(above)


def find_packed(path: Union[str, Path]) -> Optional[Tuple[PackedStore, str]]:
    """The store that holds ``FOLDER/NAME.npy``, and the name, where FOLDER
    is a packed store."""
    path = str(path)
    root = _root(os.path.dirname(path))
    if root is None:
        return None
    name = os.path.relpath(path, root)
    return _store(root), name[:-len('.npy')] if name.endswith('.npy') else name
