"""Header of a packed store, ``store.json``."""
import os
from pathlib import Path
from typing import NamedTuple, Union

import numpy as np

from projects_move.errors import InputError
from projects_move.utils.json_object import read_json_object
from .feature_checks import FLOATS

STORE = 'store.json'
VERSION = 1


def is_store(folder: Union[str, Path]) -> bool:
    """Whether a folder is a packed store."""
    return os.path.isfile(os.path.join(folder, STORE))


class StoreHeader(NamedTuple):
    """Float type and channels of the frames of a store."""
    dtype: np.dtype
    channels: int

    @property
    def frame_bytes(self) -> int:
        """Size of a frame."""
        return self.dtype.itemsize * self.channels

    def as_dict(self) -> dict:
        """Content of ``store.json``."""
        return dict(
            version=VERSION, dtype=self.dtype.name, channels=self.channels)

    @classmethod
    def read(cls, folder: str) -> 'StoreHeader':
        """Header of the store in a folder.

        Raises:
            InputError: For a file that is no header of this version.
        """
        path = os.path.join(folder, STORE)
        header = read_json_object(path)
        if header.get('version') != VERSION:
            raise InputError(f'{path}: expected version {VERSION}, found '
                             f'{header.get("version")!r}')
        dtype, channels = header.get('dtype'), header.get('channels')
        names = [kind.name for kind in FLOATS]
        if dtype not in names:
            raise InputError(f'{path}: expected a dtype of '
                             f'{", ".join(names)}, found {dtype!r}')
        if type(channels) is not int or not 0 < channels < 2**31:
            raise InputError(f'{path}: expected a positive number of '
                             f'channels, found {channels!r}')
        return cls(np.dtype(dtype), channels)
