"""Checks of the type, shape and values of features."""
from typing import Iterator, Optional, Sequence, Tuple

import numpy as np

from .frame_span import FrameSpan
from .origin import Origin

FLOATS = tuple(map(np.dtype, ('float16', 'float32', 'float64')))
# the values of a model are float32
FLOAT32_MAX = float(np.finfo(np.float32).max)
# integers of the same bits; NaN and infinity are the largest of both signs
BITS = {
    np.dtype(np.float16): (np.int16, np.uint16, 0x7c00, 0xfc00),
    np.dtype(np.float32): (np.int32, np.uint32, 0x7f800000, 0xff800000),
}


def check_layout(shape: Tuple[int, ...], dtype: np.dtype) -> None:
    """Check that an array has the type and shape of features.

    Raises:
        ValueError: For an array that has no native floats, or another shape
            than ``(T, C)`` with T, C >= 1.
    """
    if dtype not in FLOATS:
        raise ValueError('expected native float16, float32 or float64, found '
                         f'{dtype}{_remedy(dtype)}')
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f'expected the shape (frames, channels), found '
                         f'{shape}')


def _remedy(dtype: np.dtype) -> str:
    if dtype.hasobject:
        return ', which only unpickling could read'
    if dtype.kind == 'V' and dtype.names is None and dtype.itemsize == 2:
        return ', perhaps bfloat16: save it as float32'
    if dtype.kind == 'f':
        kind = 'another byte order' if not dtype.isnative else 'another size'
        return f' of {kind}: save it with .astype("float32")'
    return ''


def check_channels(shape: Tuple[int, int], channels: Optional[int],
                   origin: Origin) -> None:
    """Check the number of channels; None accepts any.

    Raises:
        InputError: For other channels.
    """
    if channels in (None, shape[1]):
        return
    raise origin.error(f'expected {channels} channels, found {shape[1]}'
                       f'{transposed_hint(shape, channels)}')


def transposed_hint(shape: Tuple[int, int], channels: int) -> str:
    """Hint at features ``(C, T)``, empty if they are none."""
    if shape[0] != channels:
        return ''
    return f'; the shape {tuple(shape)} looks transposed: save features.T'


def check_features(features: np.ndarray,
                   origin: Origin,
                   channels: Optional[int] = None) -> None:
    """Check the type and shape of an array; see :func:`check_layout`.

    Raises:
        InputError: For an array that is no features, or has other channels.
    """
    if not isinstance(features, np.ndarray):
        raise origin.error('expected an array of floats, found '
                           f'{type(features).__name__}')
    try:
        check_layout(features.shape, features.dtype)
    except ValueError as error:
        raise origin.error(error) from None
    check_channels(features.shape, channels, origin)


def check_finite(frames: np.ndarray,
                 origin: Origin,
                 indices: Optional[Sequence[int]] = None) -> None:
    """Check that all values are finite float32 numbers.

    Args:
        frames: Features ``(N, C)``.
        origin: Origin of the features, for errors.
        indices: Positions of the frames in the video, ``(N,)``; by default
            from 0.

    Raises:
        InputError: For NaN, infinity and values beyond the range of float32,
            with the first frame.
    """
    if are_finite(frames):
        return
    faulty, kind = ~np.isfinite(frames), 'NaN or infinity'
    if not faulty.any():
        faulty = np.abs(frames) > FLOAT32_MAX
        kind = 'values beyond the range of float32'
    row = int(faulty.any(1).argmax())
    raise origin.error(f'holds {kind}, first in frame '
                       f'{row if indices is None else int(indices[row])}')


def finite_chunks(span: FrameSpan) -> Iterator[np.ndarray]:
    """All frames of a video in parts ``(N, C)`` of limited size.

    Raises:
        InputError: See :func:`check_finite` and :meth:`FrameSpan.chunks`.
    """
    first = 0
    for frames in span.chunks():
        check_finite(frames, span.origin, range(first, len(span)))
        first += len(frames)
        yield frames


def are_finite(frames: np.ndarray) -> bool:
    """Whether all values of features ``(N, C)`` are finite float32 numbers."""
    if frames.size == 0:
        return True
    bits = BITS.get(frames.dtype)
    if bits is None:
        return bool(np.abs(frames).max() <= FLOAT32_MAX)
    # a fifth of the time of np.isfinite
    signed, unsigned, infinity, minus_infinity = bits
    return frames.view(signed).max() < infinity and \
        frames.view(unsigned).max() < minus_infinity
