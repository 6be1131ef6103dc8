"""Opening the cached features of one video."""
from pathlib import Path
from typing import Optional, Union

from projects_move.errors import InputError, MissingInputError
from .feature_checks import check_channels
from .frame_span import FrameSpan
from .npy import open_npy
from .origin import Origin
from .store_folders import find_packed, forget_store_folders


def open_feature_file(path: Union[str, Path],
                      channels: Optional[int] = None,
                      video: Optional[str] = None,
                      line: Optional[int] = None) -> FrameSpan:
    """Features ``(T, C)`` of a video, which are read on demand.

    Args:
        path: ``FOLDER/NAME.npy``: that file, or the video NAME of the packed
            store FOLDER.
        channels: Expected C.
        video: Name of the video for error messages.
        line: Line of the list that names the video, for error messages.

    Raises:
        MissingInputError: For features that do not exist.
        InputError: For a faulty file, see :func:`~.npy.open_npy`, a faulty
            store, or other channels.
    """
    origin = Origin(str(path), video, line)
    try:
        span = _open(origin)
    except MissingInputError:  # the folder may have become a store
        forget_store_folders()
        span = _open(origin)
    check_channels(span.shape, channels, origin)
    return span


def _open(origin: Origin) -> FrameSpan:
    try:
        packed = find_packed(origin.path)
        if packed is not None:
            store, name = packed
            return store.open(name, origin)
    except MissingInputError:
        raise
    except InputError as error:  # of the store, which does not know the video
        raise origin.error(error) from error
    return open_npy(origin)
