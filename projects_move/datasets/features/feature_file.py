"""Opening the cached features of one video."""
from pathlib import Path
from typing import Optional, Union

import numpy as np

from .packed_store import find_packed

# the bits that are all set in NaN and infinity and in no other number
EXPONENTS = {
    np.dtype(np.float16): np.int16(0x7c00),
    np.dtype(np.float32): np.int32(0x7f800000),
}


def open_feature_file(path: Union[str, Path],
                      channels: Optional[int] = None,
                      video: Optional[str] = None,
                      line: Optional[int] = None) -> np.ndarray:
    """Map the features of a video, ``(frames, channels)``, into memory,
    without reading its frames and without unpickling anything.

    Args:
        path: ``FOLDER/NAME.npy``: that file, or, where FOLDER is a packed
            store, the video NAME in it.
        channels: C, checked where given.
        video: Named in errors.
        line: Of the list that names the video, named in errors.

    Returns:
        ``(T, C)`` of any float type, read-only.

    Raises:
        FileNotFoundError: Where there is no such file.
        ValueError: For a file that is truncated, is no array of floats, has
            another shape or no frames.
    """
    where = f'{path}{_origin(video, line)}'
    try:
        packed = find_packed(path)
        if packed is not None:
            features = packed[0].open(packed[1])
        else:
            features = np.load(path, mmap_mode='r', allow_pickle=False)
    except (FileNotFoundError, KeyError):
        raise FileNotFoundError(f'no feature file {where}') from None
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f'feature file {where} is truncated or no .npy '
                         f'file: {error}') from error
    check_features(features, f'feature file {where}', channels)
    return features


def check_features(features: np.ndarray,
                   what: str,
                   channels: Optional[int] = None) -> None:
    """Refuse what are no features.

    Raises:
        ValueError: For what is no array of floats, has another shape than
            ``(T, C)``, T >= 1, or other channels.
    """
    if not isinstance(features, np.ndarray) or not np.issubdtype(
            features.dtype, np.floating):
        kind = getattr(features, 'dtype', type(features).__name__)
        raise ValueError(f'{what}: expected floats, got {kind}')
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(f'{what}: expected the shape (frames, channels), '
                         f'got {features.shape}')
    if channels is not None and features.shape[1] != channels:
        raise ValueError(f'{what}: expected {channels} channels, got '
                         f'{features.shape[1]}')


def check_finite(frames: np.ndarray,
                 path: Union[str, Path],
                 video: Optional[str] = None,
                 line: Optional[int] = None) -> None:
    """Refuse NaN and infinity.

    Raises:
        ValueError: Naming file, video and frame.
    """
    bits = EXPONENTS.get(frames.dtype)
    if bits is not None:  # many times as fast as asking each number
        if (frames.view(bits.dtype) & bits).max(initial=0) != bits:
            return
    finite = np.isfinite(frames).all(1)
    if not finite.all():
        raise ValueError(
            f'feature file {path}{_origin(video, line)} holds NaN or '
            f'infinity, first in frame {int(finite.argmin())} of the '
            f'{len(frames)} that were read')


def _origin(video: Optional[str], line: Optional[int]) -> str:
    parts = [] if video is None else [f'video {video}']
    parts += [] if line is None else [f'line {line} of the list']
    return f" ({', '.join(parts)})" if parts else ''
