"""Fast reading of small ``.npy`` files."""
import io
import os
from functools import lru_cache
from typing import Optional, Sequence, Tuple

import numpy as np
from numpy.lib import format as npy

from projects_move.structures import POOL

MAX_BYTES = 2**21  # a larger file is mapped, and only sampled frames are read
MAGIC = npy.magic(1, 0)


def read_npy(path: str) -> Optional[np.ndarray]:
    """Read features ``(T, C)`` into reused memory with two system calls.

    Returns:
        The features, or None for a file that is missing, large, damaged or
        no matrix of native floats as ``np.save`` writes it.
    """
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        size = os.fstat(file).st_size
        if not 10 <= size <= MAX_BYTES:
            return None
        content = POOL.empty((size, ), np.dtype(np.uint8))
        if os.readv(file, [content]) != size:
            return None
    except OSError:
        return None
    finally:
        os.close(file)
    content.flags.writeable = False  # changes would be lost
    start = _header_end(content)
    layout = _layout(content[:start].tobytes())
    if layout is None:
        return None
    shape, dtype = layout
    if start + shape[0] * shape[1] * dtype.itemsize != size:
        return None
    return content[start:].view(dtype).reshape(shape)


def _header_end(start: Sequence[int]) -> int:
    """End of the header of a file, from its first ten bytes."""
    return 10 + int(start[8]) + 256 * int(start[9])


@lru_cache(maxsize=4096)
def _layout(header: bytes) -> Optional[Tuple[Tuple[int, int], np.dtype]]:
    """Shape and type of a matrix of native floats; None for other content."""
    if not header.startswith(MAGIC):
        return None
    try:
        shape, fortran_order, dtype = npy.read_array_header_1_0(
            io.BytesIO(header[len(MAGIC):]))
    except ValueError:
        return None
    supported = len(shape) == 2 and 0 not in shape and dtype.kind == 'f' and \
        dtype.isnative and not fortran_order
    return (shape, dtype) if supported else None
