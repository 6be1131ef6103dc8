"""Reading of features from ``.npy`` files, without unpickling."""
import io
import math
import os
import warnings
from functools import lru_cache
from typing import NamedTuple, Tuple, Union

import numpy as np
from numpy.lib import format as npy

from projects_move.errors import MissingInputError
from projects_move.structures import POOL
from projects_move.utils.regular_file import RegularFile
from .feature_checks import check_layout
from .frame_span import MAX_BYTES, FrameSpan
from .origin import Origin

HEAD_BYTES = 2**14  # numpy limits a header to 10,000 characters
READERS = {
    1: npy.read_array_header_1_0,
    2: npy.read_array_header_2_0,
    # differs in the encoding of names, which features do not have
    3: npy.read_array_header_2_0
}
FIRST_BYTES = {
    b'PK': 'an archive (.npz)',
    b'\x80': 'a pickle',
    b'\x89H': 'an HDF5 file',
    b've': 'a Git LFS pointer'
}


class Layout(NamedTuple):
    """Header of a ``.npy`` file; the array begins at the offset ``start``."""
    shape: Tuple[int, ...]
    dtype: np.dtype
    fortran_order: bool
    start: int

    def check_size(self, size: int) -> None:
        """Compare the size of the file with the header.

        Raises:
            ValueError: For another size.
        """
        expected = self.start + math.prod(self.shape) * self.dtype.itemsize
        if size != expected:
            state = 'truncated' if size < expected else 'too long'
            raise ValueError(
                f'the file is {state}: its header says {self.shape} '
                f'{self.dtype}, {expected} bytes, but it has {size}')


def read_npy(origin: Origin) -> Union[np.ndarray, FrameSpan]:
    """Features ``(T, C)``: the array of a small file, read into reused
    memory, or the span of a large one.

    Raises:
        InputError: See :func:`open_npy`.
    """
    file = _open(origin)
    if file.size > MAX_BYTES:
        return _span(file, origin)
    try:
        content = POOL.empty((file.size, ), np.dtype(np.uint8))
        if file.size:
            file.read_into(content, 0)
        content.flags.writeable = False  # changes would be lost
        shape, dtype, fortran_order, start = _features_layout(
            content, file.size)
    except (OSError, ValueError) as error:
        raise origin.error(error) from error
    frames = content[start:].view(dtype)
    return frames.reshape(shape, order='F' if fortran_order else 'C')


def open_npy(origin: Origin) -> FrameSpan:
    """Features ``(T, C)`` of a file, of which only the header is read.

    Raises:
        MissingInputError: For a file that does not exist.
        InputError: For a file that cannot be read, is no regular file, has a
            faulty header or another size than its header says, has no native
            floats, or another shape or no frames.
    """
    return _span(_open(origin), origin)


def _open(origin: Origin) -> RegularFile:
    try:
        return RegularFile(origin.path)
    except (FileNotFoundError, NotADirectoryError):
        link = ': it is a link to nothing' * os.path.islink(origin.path)
        raise MissingInputError(f'no {origin}{link}') from None
    except (OSError, ValueError) as error:
        raise origin.error(error) from error


def _span(file: RegularFile, origin: Origin) -> FrameSpan:
    try:
        head = np.empty(min(file.size, HEAD_BYTES), np.uint8)
        if len(head):
            file.read_into(head, 0)
        shape, dtype, fortran_order, start = _features_layout(head, file.size)
    except (OSError, ValueError) as error:
        raise origin.error(error) from error
    return FrameSpan(
        file, start, shape, dtype, origin, fortran_order=fortran_order)


def _features_layout(head: np.ndarray, size: int) -> Layout:
    """Layout of features, from the first bytes of a file of ``size`` bytes.

    Raises:
        ValueError: For a file that does not hold features.
    """
    layout = _checked_layout(head[:_header_end(head)].tobytes())
    layout.check_size(size)
    return layout


def _header_end(head: Union[bytes, np.ndarray]) -> int:
    """End of the header, from the first twelve bytes of a file."""
    size = bytes(head[8:12])
    if len(size) < 4 or head[6] == 1:
        return 10 + int.from_bytes(size[:2], 'little')
    return 12 + int.from_bytes(size, 'little')


@lru_cache(maxsize=4096)
def _checked_layout(header: bytes) -> Layout:
    layout = parse_header(header)
    check_layout(layout.shape, layout.dtype)
    return layout


def parse_header(header: bytes) -> Layout:
    """Parse the header of a ``.npy`` file.

    Args:
        header: First bytes of the file, at least the header.

    Raises:
        ValueError: For content that is no such header.
    """
    return _parse_header(header[:_header_end(header)])


@lru_cache(maxsize=4096)
def _parse_header(header: bytes) -> Layout:
    if not header:
        raise ValueError('the file is empty')
    if not header.startswith(npy.MAGIC_PREFIX):
        kind = next((f', found {kind}' for start, kind in FIRST_BYTES.items()
                     if header.startswith(start)), '')
        raise ValueError(f'expected a .npy file{kind or ", found other data"}')
    stream = io.BytesIO(header[npy.MAGIC_LEN:])
    try:
        version = tuple(header[6:8])
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # of a header of Python 2
            shape, fortran_order, dtype = READERS[version[0]](stream)
        if version[1] != 0 or any(size < 0 for size in shape):
            raise ValueError
    except Exception as error:  # numpy evaluates the header as Python
        raise ValueError('the header of the .npy file is truncated or '
                         'corrupt') from error
    return Layout(shape, dtype, fortran_order, npy.MAGIC_LEN + stream.tell())
