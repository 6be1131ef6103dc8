"""Finding the packed store of a path."""
import os
from functools import lru_cache
from pathlib import Path
from typing import Optional, Tuple, Union

from .packed_store import PackedStore
from .store_header import STORE, is_store


def find_packed(path: Union[str, Path]) -> Optional[Tuple[PackedStore, str]]:
    """Store and video name of ``STORE/NAME.npy``, None for a plain file.

    Raises:
        InputError: For a faulty store.
    """
    path = str(path)
    folder = _store_folder(os.path.dirname(path))
    if folder is None:
        return None
    try:
        header = os.stat(os.path.join(folder, STORE))
    except OSError:  # the store was deleted
        forget_store_folders()
        return None
    store = _cached_store(folder, (header.st_ino, header.st_mtime_ns))
    name = os.path.relpath(path, folder)
    return store, name[:-len('.npy')] if name.endswith('.npy') else name


@lru_cache(maxsize=64)
def _cached_store(folder: str, header: Tuple[int, int]) -> PackedStore:
    """Store of a folder, opened again only if ``store.json`` is replaced."""
    return PackedStore(folder)


@lru_cache(maxsize=4096)
def _store_folder(folder: str) -> Optional[str]:
    """The folder or its nearest parent that is a packed store."""
    if is_store(folder):
        return folder
    parent = os.path.dirname(folder)
    return None if parent == folder or not parent else _store_folder(parent)


def forget_store_folders() -> None:
    """Clear the cache of :func:`_store_folder`."""
    _store_folder.cache_clear()
