"""Opening and checking the cached features of one video."""
from pathlib import Path
from typing import Optional, Union

import numpy as np

from .packed_store import find_packed, forget_store_folders

# exponent bits, which are all set in NaN and infinity and in no other number
EXPONENT_BITS = {
    np.dtype(np.float16): np.int16(0x7c00),
    np.dtype(np.float32): np.int32(0x7f800000),
}


def open_feature_file(path: Union[str, Path],
                      channels: Optional[int] = None,
                      video: Optional[str] = None,
                      line: Optional[int] = None) -> np.ndarray:
    """Memory map of a video's features; nothing is unpickled.

    Args:
        path: ``FOLDER/NAME.npy``: that file, or the video NAME of the packed
            store FOLDER.
        channels: Expected C.
        video: Name of the video for error messages.
        line: Line of the list that names the video, for error messages.

    Returns:
        ``(T, C)`` of any float type, read-only.

    Raises:
        FileNotFoundError: For features that do not exist.
        ValueError: For a file that is truncated, that is no array of floats,
            or that has another shape or no frames.
    """
    location = f'{path}{_location(video, line)}'
    try:
        try:
            features = _map(path)
        except (FileNotFoundError, KeyError):
            forget_store_folders()
            features = _map(path)
    except (FileNotFoundError, KeyError):
        raise FileNotFoundError(f'no feature file {location}') from None
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f'feature file {location} is truncated or no .npy '
                         f'file: {error}') from error
    check_features(features, f'feature file {location}', channels)
    return features


def _map(path: Union[str, Path]) -> np.ndarray:
    packed = find_packed(path)
    if packed is not None:
        store, name = packed
        return store.open(name)
    return np.load(path, mmap_mode='r', allow_pickle=False)


def check_features(features: np.ndarray,
                   name: str,
                   channels: Optional[int] = None) -> None:
    """Check that an array has the type and shape of features.

    Args:
        features: Array ``(T, C)``.
        name: Name of the array for error messages.
        channels: Expected C.

    Raises:
        ValueError: For an array that has no floats, another shape than
            ``(T, C)`` with T, C >= 1, or other channels.
    """
    if not isinstance(features, np.ndarray) or not np.issubdtype(
            features.dtype, np.floating):
        kind = getattr(features, 'dtype', type(features).__name__)
        raise ValueError(f'{name}: expected floats, got {kind}')
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(f'{name}: expected the shape (frames, channels), '
                         f'got {features.shape}')
    if channels is not None and features.shape[1] != channels:
        raise ValueError(f'{name}: expected {channels} channels, got '
                         f'{features.shape[1]}')


def check_finite(frames: np.ndarray,
                 path: Union[str, Path],
                 video: Optional[str] = None,
                 line: Optional[int] = None) -> None:
    """Check that frames have neither NaN nor infinity.

    Args:
        frames: Features ``(T, C)``.
        path: File of the features for error messages.
        video: Name of the video for error messages.
        line: Line of the list that names the video, for error messages.

    Raises:
        ValueError: For NaN or infinity, with file, video and first frame.
    """
    bits = EXPONENT_BITS.get(frames.dtype)
    if bits is not None:  # much faster than np.isfinite
        if (frames.view(bits.dtype) & bits).max(initial=0) != bits:
            return
    finite = np.isfinite(frames).all(1)
    if not finite.all():
        raise ValueError(
            f'feature file {path}{_location(video, line)} holds NaN or '
            f'infinity, first in frame {int(finite.argmin())} of the '
            f'{len(frames)} that were read')


def _location(video: Optional[str], line: Optional[int]) -> str:
    """Video and line of the list, in parentheses."""
    parts = [] if video is None else [f'video {video}']
    parts += [] if line is None else [f'line {line} of the list']
    return f" ({', '.join(parts)})" if parts else ''
