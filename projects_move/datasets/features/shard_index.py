"""Index of a shard: names, positions and checksums of its videos.

``NAME.index.npy`` is a structured array of all videos of the shard, in the
order of their frames: ``name``, ``first`` frame, ``count`` of frames, and the
CRC-32 of the bytes of the frames. A trailer of 36 bytes ends this file and,
the same, the file of the frames. It has the CRC-32 of the index and thereby
binds both files to each other. Shards of version 0.1 have no checksums and no
trailer.
"""
import io
import os
import struct
import zlib
from typing import List, NamedTuple, Optional, Tuple

import numpy as np

from projects_move.errors import InputError
from projects_move.utils.regular_file import RegularFile
from .npy import parse_header
from .store_header import StoreHeader

SUFFIX = '.index.npy'
MAGIC = b'MOVEshrd'
# magic, float type, channels, frames, bytes of the index, CRC-32 of the index
TRAILER = struct.Struct('<8s8sIQII')


class Shard(NamedTuple):
    """Identity of a shard.

    Attributes:
        path: File of the index.
        num_frames: Number of frames of all videos.
        trailer: Last bytes of both files.
        has_checksums: Whether the frames have checksums.
    """
    path: str
    num_frames: int
    trailer: bytes
    has_checksums: bool

    @property
    def name(self) -> str:
        """Name of both files, without suffixes."""
        return os.path.basename(self.path)[:-len(SUFFIX)]


class ShardIndex(NamedTuple):
    """Videos of a shard.

    Attributes:
        shard: Identity of the shard.
        names: Encoded names, bytes ``(N,)``.
        first: First frame of each video, int64 ``(N,)``.
        count: Number of frames of each video, int64 ``(N,)``.
        crc32: Checksum of each video, uint32 ``(N,)``; None in a shard
            without checksums.
    """
    shard: Shard
    names: np.ndarray
    first: np.ndarray
    count: np.ndarray
    crc32: Optional[np.ndarray]


def encode_index(entries: List[Tuple[bytes, int, int, int]],
                 header: StoreHeader) -> Tuple[bytes, bytes]:
    """Content of the file of an index, and its trailer.

    Args:
        entries: Name, first frame, number of frames and CRC-32 of each video.
        header: Header of the store.
    """
    width = max(len(entry[0]) for entry in entries)
    array = np.array(
        entries,
        dtype=[('name', f'S{width}'), ('first', '<i8'), ('count', '<i8'),
               ('crc32', '<u4')])
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    content = stream.getvalue()
    trailer = TRAILER.pack(MAGIC, header.dtype.name.encode(), header.channels,
                           int(array['count'].sum()), len(content),
                           zlib.crc32(content))
    return content + trailer, trailer


def read_index(path: str, header: StoreHeader) -> ShardIndex:
    """Read and check the index of a shard.

    Raises:
        InputError: For a file that is truncated or changed, is of another
            store, or whose videos do not follow each other without gap and
            overlap.
    """
    try:
        content = RegularFile(path).read()
        array, trailer = _parse(content, header)
        _check(array)
        crc32 = None
        if 'crc32' in array.dtype.names:
            crc32 = array['crc32'].copy()
        shard = Shard(path, int(array['count'].sum()), trailer, crc32
                      is not None)
    except (OSError, ValueError) as error:
        reason = getattr(error, 'strerror', None) or error
        raise InputError(f'index {path}: {reason}') from error
    # copies, which do not keep the whole content
    return ShardIndex(shard, array['name'].copy(), array['first'].copy(),
                      array['count'].copy(), crc32)


def _parse(content: bytes, header: StoreHeader) -> Tuple[np.ndarray, bytes]:
    """Array and trailer of the file of an index."""
    trailer = content[-TRAILER.size:]
    if len(trailer) == TRAILER.size and trailer.startswith(MAGIC):
        content = content[:-TRAILER.size]
        _, dtype, channels, _, size, crc32 = TRAILER.unpack(trailer)
        if len(content) != size or zlib.crc32(content) != crc32:
            raise ValueError('differs from its checksum')
        if (dtype.rstrip(b'\0'), channels) != (header.dtype.name.encode(),
                                               header.channels):
            raise ValueError(
                f'expected {header.channels} channels of {header.dtype}, as '
                f'the store has, found {channels} of {dtype.decode()}')
    else:
        trailer = b''
    layout = parse_header(content)
    fields = layout.dtype.fields or {}
    kinds = {name: field[0].str for name, field in fields.items()}
    if len(layout.shape) != 1 or kinds.pop('name', '')[:2] != '|S' or \
            kinds.pop('crc32', '<u4') != '<u4' or \
            kinds != dict(first='<i8', count='<i8'):
        raise ValueError('expected an array of name, first, count and crc32, '
                         f'found {layout.shape} {layout.dtype}')
    layout.check_size(len(content))
    return np.frombuffer(content, layout.dtype, offset=layout.start), trailer


def _check(array: np.ndarray) -> None:
    """Check names and positions; the index of the store finds a name that is
    there twice."""
    first, count = array['first'], array['count']
    if not array['name'].all():
        raise ValueError('a video has no name')
    wrong = (count < 1) | (count > 2**48)
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f'video {_text(array["name"][row])} has '
                         f'{count[row]} frames')
    if (first == np.cumsum(count) - count).all():
        return
    order = np.argsort(first, kind='stable')
    ends = np.cumsum(count[order])
    wrong = first[order] != ends - count[order]
    if wrong.any():
        row = order[int(wrong.argmax())]
        raise ValueError(
            f'video {_text(array["name"][row])} begins at frame '
            f'{first[row]}, which is not the end of the one before')


def _text(name: bytes) -> str:
    return os.fsdecode(name)


def open_shard(shard: Shard, header: StoreHeader) -> RegularFile:
    """Open the file of the frames that belongs to an index.

    Raises:
        InputError: For a file that is missing, has another size than the
            index says, or belongs to another index.
    """
    path = f"{shard.path[:-len(SUFFIX)]}.bin"
    try:
        file = RegularFile(path)
        expected = shard.num_frames * header.frame_bytes + len(shard.trailer)
        if file.size != expected:
            state = 'truncated' if file.size < expected else 'too long'
            raise ValueError(f'is {state}: expected {expected} bytes, as the '
                             f'index says, found {file.size}')
        trailer = np.empty(len(shard.trailer), np.uint8)
        if len(trailer):
            file.read_into(trailer, file.size - len(trailer))
        if trailer.tobytes() != shard.trailer:
            raise ValueError(f'belongs to another index than {shard.path}')
    except (OSError, ValueError) as error:
        reason = getattr(error, 'strerror', None) or error
        raise InputError(f'shard {path}: {reason}') from error
    return file
