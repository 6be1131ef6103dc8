"""Frames of a video in a file, which are read on demand."""
import threading
import zlib
from typing import Iterator, Optional, Tuple

import numpy as np

from projects_move.structures import POOL
from projects_move.utils.regular_file import RegularFile
from .origin import Origin

MAX_BYTES = 2**21  # largest reused buffer
CHUNK_BYTES = 2**24
# bytes that are read in the time that a call needs in addition
BYTES_OF_A_CALL = 2**14
_LOCAL = threading.local()


class FrameSpan:
    """Frames ``(T, C)`` at an offset of a file.

    ``np.asarray(span)`` reads all frames. A memory map is not used, see
    :mod:`projects_move.utils.regular_file`.

    Args:
        file: File with the frames.
        start: Offset of the first frame in bytes.
        shape: ``(T, C)``.
        dtype: Float type.
        origin: Origin of the frames, for errors.
        crc32: CRC-32 of the bytes of all frames, None if unknown.
        fortran_order: Whether the channels follow each other, each with all
            its frames.

    Raises:
        InputError: On reading, for a file that has become shorter or cannot
            be read.
    """
    ndim = 2

    def __init__(self,
                 file: RegularFile,
                 start: int,
                 shape: Tuple[int, int],
                 dtype: np.dtype,
                 origin: Origin,
                 crc32: Optional[int] = None,
                 fortran_order: bool = False) -> None:
        self.file = file
        self.start = start
        self.shape = shape
        self.dtype = dtype
        self.origin = origin
        self.crc32 = crc32
        self.fortran_order = fortran_order

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def row_bytes(self) -> int:
        """Size of a frame."""
        return self.shape[1] * self.dtype.itemsize

    def read(self, first: int = 0, last: Optional[int] = None) -> np.ndarray:
        """Frames ``first`` to ``last``, without ``last``, read-only."""
        if self.fortran_order:
            return self._read(self.shape[::-1], 0).T[first:last]
        last = len(self) if last is None else last
        return self._read((last - first, self.shape[1]), first)

    def _read(self, shape: Tuple[int, int], first: int) -> np.ndarray:
        try:
            size = shape[0] * shape[1] * self.dtype.itemsize
            new = POOL.empty if size <= MAX_BYTES else np.empty
            frames = new(shape, self.dtype)
        except MemoryError as error:
            raise self.origin.error(
                f'not enough memory for {shape} {self.dtype}') from error
        self._fill(frames, first)
        frames.flags.writeable = False  # changes would be lost
        return frames

    def _fill(self, frames: np.ndarray, first: int) -> None:
        try:
            self.file.read_into(frames, self.start + first * self.row_bytes)
        except (OSError, ValueError) as error:
            raise self.origin.error(error) from error

    def take(self,
             index: np.ndarray,
             axis: int = 0,
             out: Optional[np.ndarray] = None,
             mode: str = 'clip') -> np.ndarray:
        """Frames at sorted positions, as ``np.ndarray.take``.

        Args:
            index: Positions, int64 ``(N,)`` in [0, T).
            out: C-contiguous array ``(N, C)`` of the type of the frames.
        """
        if out is None:
            out = np.empty((len(index), self.shape[1]), self.dtype)
        first, last = int(index[0]), int(index[-1])
        if not 0 <= first <= last < len(self):  # never of another video
            raise IndexError(f'frames {first} to {last} of {len(self)}')
        rows = last + 1 - first
        if self.fortran_order:
            self.read().take(index, 0, out, mode)
        elif rows == len(index) and (index[1:] - index[:-1] == 1).all():
            self._fill(out, first)
        elif rows * self.row_bytes <= len(index) * (self.row_bytes +
                                                    BYTES_OF_A_CALL):
            frames = _scratch(rows * self.row_bytes)
            frames = frames.view(self.dtype).reshape(rows, -1)
            self._fill(frames, first)
            frames.take(index - first, 0, out, mode)
        else:
            for row, position in zip(out, index.tolist()):
                self._fill(row, position)
        return out

    def chunks(self) -> Iterator[np.ndarray]:
        """All frames in parts ``(N, C)`` of limited size.

        Raises:
            InputError: At the end, for frames that differ from their
                checksum.
        """
        step = max(CHUNK_BYTES // self.row_bytes, 1)
        if self.fortran_order:
            step = len(self)
        crc32 = 0
        for first in range(0, len(self), step):
            frames = self.read(first, min(first + step, len(self)))
            if self.crc32 is not None:
                crc32 = zlib.crc32(frames, crc32)
            yield frames
        if self.crc32 not in (None, crc32):
            raise self.origin.error(
                f'the frames in {self.file.path} differ from their checksum')

    def read_checked(self) -> np.ndarray:
        """All frames, compared with their checksum, if it is known."""
        parts = list(self.chunks())
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        frames = self.read()
        return frames if dtype is None else frames.astype(dtype, copy=False)


def _scratch(size: int) -> np.ndarray:
    """Uninitialized bytes, which the next call in this thread reuses."""
    if size > MAX_BYTES:
        return np.empty(size, np.uint8)
    if not hasattr(_LOCAL, 'scratch'):
        _LOCAL.scratch = POOL.empty((MAX_BYTES, ), np.dtype(np.uint8))
    return _LOCAL.scratch[:size]
