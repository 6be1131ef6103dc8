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
from typing import Dict, Iterator, Optional, Sequence, Union

import numpy as np

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.regular_file import RegularFile
from .frame_span import FrameSpan
from .origin import Origin
from .repeated_videos import require_same_video
from .shard_index import SUFFIX, Shard, open_shard, read_index
from .store_header import StoreHeader
from .store_index import StoreIndex, VideoPlace

MAX_OPEN_SHARDS = 256


class PackedStore:
    """Reader of a packed store.

    A video has a position in the store, which stays valid while shards are
    added. A video that several shards hold, because two processes have
    finished it, counts once: that of the shard whose name sorts first.

    Args:
        folder: Folder with ``store.json``.

    Raises:
        InputError: For a folder that is no store, a faulty index, and a
            video in two shards whose frames differ, see
            :mod:`.repeated_videos`.
    """

    def __init__(self, folder: Union[str, Path]) -> None:
        self.folder = Path(folder)
        self.header = StoreHeader.read(str(folder))
        self._index = StoreIndex()
        self._files: Dict[str, RegularFile] = {}
        self._blocks_read = -1
        self.version = 0  # of the index
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
        """Read the indexes of new shards; return whether the shards have
        changed.

        Raises:
            InputError: For a faulty index, and a video in two shards whose
                frames differ.
        """
        found = {
            name[:-len(SUFFIX)]
            for name in os.listdir(self.folder)
            if name.endswith(SUFFIX) and not name.startswith('.')
        }
        index = self._index
        if found == index.shards.keys():
            return False
        if not found.issuperset(index.shards):
            index = StoreIndex()  # a shard was deleted
        index, repeated = index.extended({
            name:
            read_index(str(self.folder / f'{name}{SUFFIX}'), self.header)
            for name in sorted(found.difference(index.shards))
        })
        for name, positions in repeated.items():
            origin = self._origin(os.fsdecode(name))
            require_same_video(
                name, [self._span(index.place(i), origin) for i in positions])
        self._index = index
        self.version += 1
        return True

    @property
    def num_shards(self) -> int:
        """Number of shards in the index."""
        return len(self._index.shards)

    @property
    def num_unchecked(self) -> int:
        """Number of videos without a checksum, which version 0.1 wrote."""
        return self._index.num_unchecked

    @property
    def num_repeated(self) -> int:
        """Number of videos that several shards hold."""
        return len(self._index.repeated)

    def __len__(self) -> int:
        """Number of videos."""
        return len(self._index.names)

    def names(self) -> Iterator[str]:
        """Names of all videos, sorted."""
        return map(os.fsdecode, self._index.names.names())

    def __contains__(self, name: str) -> bool:
        return self._position(name) >= 0

    def _position(self, name: str) -> int:
        return int(self.locate([os.fsencode(name)])[0])

    def _origin(self, name: str) -> Origin:
        return Origin(str(self.folder / f'{name}.npy'))

    def open(self, name: str, origin: Optional[Origin] = None) -> FrameSpan:
        """Frames of a video, ``(T, C)``.

        Raises:
            MissingInputError: For a video that is not in the store.
            InputError: For a faulty index, and a shard that does not fit its
                index.
        """
        if origin is None:
            origin = self._origin(name)
        position = self._position(name)
        if position < 0 and self.refresh():
            position = self._position(name)
        if position < 0:
            raise MissingInputError(f'no {origin}')
        return self.video(position, origin)

    def locate(self, names: Union[np.ndarray, Sequence[bytes]]) -> np.ndarray:
        """Positions of many videos, int64 ``(N,)``, -1 for a video that is
        not in the store.

        Args:
            names: Encoded names, N bytes.
        """
        return self._index.names.find(names)

    def video(self, position: int, origin: Origin) -> FrameSpan:
        """Frames of the video at a position, ``(T, C)``.

        Raises:
            InputError: For a shard that does not fit its index.
        """
        return self._span(self._index.place(position), origin)

    def _span(self, place: VideoPlace, origin: Origin) -> FrameSpan:
        return FrameSpan(
            self._file(place.shard,
                       origin), place.first * self.header.frame_bytes,
            (place.count, self.header.channels), self.header.dtype, origin,
            place.crc32)

    def length(self, position: int) -> int:
        """Number of frames of the video at a position."""
        return self._index.length(position)

    def _file(self, shard: Shard, origin: Origin) -> RegularFile:
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
