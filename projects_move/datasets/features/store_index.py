"""Index of all shards of a packed store."""
import os
from bisect import bisect_right
from typing import Dict, List, NamedTuple, Tuple

import numpy as np

from projects_move.errors import InputError
from .name_index import NameIndex
from .shard_index import Shard, ShardIndex


class VideoPlace(NamedTuple):
    """Place of the frames of a video.

    Attributes:
        shard: Shard that holds them.
        first: First frame.
        count: Number of frames.
        crc32: Checksum of their bytes, None in a shard without checksums.
    """
    shard: Shard
    first: int
    count: int
    crc32: int


class StoreIndex:
    """Names and places of all videos, by position.

    An index does not change: :meth:`extended` makes another one, in which all
    positions remain valid.
    """

    def __init__(self) -> None:
        self.shards: Dict[str, Shard] = {}  # by name
        self.names = NameIndex()
        # all positions of the videos that several shards hold
        self.repeated: Dict[bytes, List[int]] = {}
        self._shards: List[Shard] = []
        self._starts: List[int] = []  # first position of each shard
        self._first = np.empty(0, np.int64)
        self._count = np.empty(0, np.int64)
        self._crc32 = np.empty(0, np.uint32)
        self.num_unchecked = 0  # videos without checksum

    def extended(
        self, indexes: Dict[str, ShardIndex]
    ) -> Tuple['StoreIndex', Dict[bytes, List[int]]]:
        """Index with more shards, and the positions of each video that one of
        them and another shard hold, in the order of the shards' names.

        The first of them is found by the name of the video.

        Args:
            indexes: Indexes of the new shards, by name of the shard.

        Raises:
            InputError: For a shard that has a video twice.
        """
        other, new = StoreIndex(), list(indexes.values())
        other.shards = {
            **self.shards,
            **{
                name: index.shard
                for name, index in indexes.items()
            }
        }
        other._shards = self._shards + [index.shard for index in new]
        sizes = [len(index.names) for index in new]
        starts = len(self._count) + np.cumsum([0, *sizes])
        other._starts = self._starts + starts[:-1].tolist()
        other._first = np.concatenate([self._first] + [i.first for i in new])
        other._count = np.concatenate([self._count] + [i.count for i in new])
        other._crc32 = np.concatenate([self._crc32] + [
            np.zeros(len(index.names), np.uint32) if index.crc32 is
            None else index.crc32 for index in new
        ])
        other.num_unchecked = self.num_unchecked + sum(
            len(index.names) for index in new if index.crc32 is None)
        other.names, pairs = self.names.extended(
            [index.names for index in new])
        other.repeated = dict(self.repeated)
        changed: Dict[bytes, List[int]] = {}
        for found, position in pairs:
            name = other.names.name(position)
            known = changed.get(name) or self.repeated.get(name) or [found]
            changed[name] = [*known, position]
        for name, positions in changed.items():
            positions.sort(key=lambda i: other.place(i).shard.name)
            other._require_different_shards(name, positions)
            other.names.prefer(positions[0])
        other.repeated.update(changed)
        return other, changed

    def _require_different_shards(self, name: bytes,
                                  positions: List[int]) -> None:
        paths = [self.place(i).shard.path for i in positions]
        for path, following in zip(paths, paths[1:]):
            if path == following:
                raise InputError(f'index {path}: video {os.fsdecode(name)} is '
                                 'there twice')

    def place(self, position: int) -> VideoPlace:
        """Place of the video at a position."""
        shard = self._shards[bisect_right(self._starts, position) - 1]
        return VideoPlace(
            shard, int(self._first[position]), int(self._count[position]),
            int(self._crc32[position]) if shard.has_checksums else None)

    def length(self, position: int) -> int:
        """Number of frames of the video at a position."""
        return int(self._count[position])
