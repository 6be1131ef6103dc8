"""Packed store: cached features of many videos in a few large files.

A store is a folder with ``store.json`` (float type and channels) and shards.
A shard has two files: ``NAME.bin`` has the frames of all its videos,
concatenated, and ``NAME.index.npy`` is their index, see :mod:`.shard_index`.
The index is written last, so a store can grow while it is read, and several
processes can write shards of their own.
"""
import os
from contextlib import suppress
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Union

import numpy as np

from projects_move.errors import InputError, MissingInputError
from .frame_span import FrameSpan
from .origin import Origin
from .regular_file import RegularFile
from .shard_index import ShardIndex, open_shard, read_index
from .store_header import StoreHeader

SUFFIX = '.index.npy'
MAX_OPEN_SHARDS = 256


class PackedStore:
    """Reader of a packed store.

    A video has a position in the store, which stays the same while shards
    are added.

    Args:
        folder: Folder with ``store.json``.

    Raises:
        InputError: For a folder that is no store, a faulty index, and a
            video in two shards.
    """

    def __init__(self, folder: Union[str, Path]) -> None:
        self.folder = Path(folder)
        self.header = StoreHeader.read(str(folder))
        self._shards: Dict[str, ShardIndex] = {}
        self._files: Dict[str, RegularFile] = {}
        self._blocks_read = -1
        self.version = 0  # of the index
        self._join([])
        self.refresh()

    @property
    def dtype(self) -> np.dtype:
        """Float type of the frames."""
        return self.header.dtype

    @property
    def channels(self) -> int:
        """Number of channels, C."""
        return self.header.channels

    def refresh(self) -> bool:
        """Read the index again if the shards have changed; return whether
        they have.

        Raises:
            InputError: For a faulty index, and a video in two shards.
        """
        found = {
            path.name[:-len(SUFFIX)]
            for path in self.folder.glob(f'*{SUFFIX}')
        }
        if found == self._shards.keys():
            return False
        # positions in known shards stay the same
        known = [name for name in self._shards if name in found]
        shards = {name: self._shards[name] for name in known}
        for name in sorted(found.difference(known)):
            shards[name] = read_index(
                str(self.folder / f'{name}{SUFFIX}'), self.header)
        self._join(list(shards.values()))
        self._shards = shards
        self.version += 1
        return True

    def _join(self, shards: List[ShardIndex]) -> None:
        """Join the indexes of all shards."""
        names = np.concatenate([np.empty(0, 'S1')] +
                               [shard.names for shard in shards])
        owner = np.repeat(
            np.arange(len(shards), dtype=np.int32),
            [len(shard.names) for shard in shards])
        # names are sorted; the others are in the order of the shards
        positions = np.argsort(names, kind='stable')
        names = names[positions]
        twice = np.flatnonzero(names[1:] == names[:-1])
        if len(twice):
            row = int(twice[0])
            one, other = (
                shards[owner[positions[i]]].path for i in (row, row + 1))
            raise InputError(
                f'video {os.fsdecode(names[row])} is in two shards: {one} and '
                f'{other}; delete one shard, its .bin and its {SUFFIX}')
        self._names, self._positions, self._owner = names, positions, owner
        self._owners = shards
        empty = np.empty(0, np.int64)
        self._first = np.concatenate([empty] + [each.first for each in shards])
        self._count = np.concatenate([empty] + [each.count for each in shards])
        # -1: no checksum
        self._crc32 = np.concatenate([empty] + [
            np.full(len(each.names), -1) if each.crc32 is None else each.crc32
            for each in shards
        ])

    @property
    def num_shards(self) -> int:
        """Number of shards in the index."""
        return len(self._shards)

    @property
    def num_unchecked(self) -> int:
        """Number of videos without a checksum, which version 0.1 wrote."""
        return int((self._crc32 < 0).sum())

    def __len__(self) -> int:
        """Number of videos."""
        return len(self._names)

    def names(self) -> Iterator[str]:
        """Names of all videos, sorted."""
        return map(os.fsdecode, self._names)

    def __contains__(self, name: str) -> bool:
        return self._position(name) >= 0

    def _position(self, name: str) -> int:
        return int(self.locate(np.array([os.fsencode(name)]))[0])

    def open(self, name: str, origin: Optional[Origin] = None) -> FrameSpan:
        """Frames of a video, ``(T, C)``.

        Raises:
            MissingInputError: For a video that is not in the store.
            InputError: For a faulty index, and a shard that does not fit its
                index.
        """
        if origin is None:
            origin = Origin(str(self.folder / f'{name}.npy'))
        position = self._position(name)
        if position < 0 and self.refresh():
            position = self._position(name)
        if position < 0:
            raise MissingInputError(f'no {origin}')
        return self.video(position, origin)

    def locate(self, names: np.ndarray) -> np.ndarray:
        """Positions of many videos, int64 ``(N,)``, -1 for a video that is
        not in the store.

        Args:
            names: Encoded names, bytes ``(N,)``.
        """
        if not len(self._names):
            return np.full(len(names), -1)
        rows = np.searchsorted(self._names, names)
        rows[rows == len(self._names)] = 0
        return np.where(self._names[rows] == names, self._positions[rows], -1)

    def video(self, position: int, origin: Origin) -> FrameSpan:
        """Frames of the video at a position, ``(T, C)``.

        Raises:
            InputError: For a shard that does not fit its index.
        """
        crc32 = int(self._crc32[position])
        return FrameSpan(
            self._file(self._owners[self._owner[position]], origin),
            int(self._first[position]) * self.header.frame_bytes,
            (int(self._count[position]), self.header.channels),
            self.header.dtype, origin, None if crc32 < 0 else crc32)

    def length(self, position: int) -> int:
        """Number of frames of the video at a position."""
        return int(self._count[position])

    def _file(self, shard: ShardIndex, origin: Origin) -> RegularFile:
        file = self._files.get(shard.path)
        if file is None:
            try:
                file = open_shard(shard, self.header)
            except InputError as error:
                raise origin.error(error) from error
            if len(self._files) >= MAX_OPEN_SHARDS:
                self._files.pop(next(iter(self._files)), None)
            self._files[shard.path] = file
        return file

    def close(self) -> None:
        """Close all shards; they are opened again when used."""
        self._files.clear()

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
        if not hasattr(os, 'posix_fadvise'):
            return
        with suppress(InputError, OSError):  # the reading reports it
            span = self.video(position, Origin(None))
            os.posix_fadvise(span.file.descriptor, span.start,
                             len(span) * span.row_bytes,
                             os.POSIX_FADV_WILLNEED)

    def __getstate__(self) -> dict:
        return dict(self.__dict__, _files={})


def _blocks_read() -> int:
    """Blocks that this process has read from disks; 0 if the system does not
    count them."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock
