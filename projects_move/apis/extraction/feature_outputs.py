"""Where an extraction writes features: a folder of files, or a packed store.
"""
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Optional, Union

import numpy as np

from projects_move.datasets.features.manifest import (holds_features,
                                                      require_manifest)
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.datasets.features.store_header import StoreHeader, is_store
from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from .job import ExtractionJob
from .videos import Videos, leaves_folder

# a kill loses at most a twentieth of the work, within these bounds
COMMIT_SECONDS = 60, 600


class FeatureFolder:
    """Folder with one ``NAME.npy`` for each video, written atomically.

    Args:
        folder: The folder.
        dtype: Float type of the files.

    Raises:
        InputError: For a folder that is a packed store, whose reader ignores
            feature files.
    """

    def __init__(self, folder: Path, dtype: str) -> None:
        self.folder = folder
        self.dtype = np.dtype(dtype)
        if is_store(folder):
            raise InputError(f'{folder} is a packed store: expected a folder '
                             'of feature files')

    def missing(self, videos: Videos) -> Videos:
        """Videos without a file."""
        names = map(videos.name, range(len(videos)))
        return videos.take(
            np.array([
                leaves_folder(name)
                or not os.path.isfile(self.folder / f'{name}.npy')
                for name in names
            ], bool))

    def write(self, name: str, features: np.ndarray) -> None:
        """Write the features ``(T, C)`` of a video.

        Raises:
            InputError: For a name that leaves the folder.
            OSError: Such as for a full disk or a name too long.
        """
        write_feature_file(feature_path(self.folder, name), features)

    def commit(self) -> None:
        """Every file is committed when it is written."""


class FeatureStore:
    """Packed store, to which shards are added; see
    :mod:`projects_move.datasets.features.packed_store`.

    Args:
        folder: Folder of the store.
        dtype: Float type of a new store.
        prefix: Start of the names of the shards. Processes that write to one
            store at the same time need different prefixes.
        manifest: Manifest that the store must have at each commit.

    Raises:
        InputError: For a folder of feature files, which the store would
            hide, and for a store of another float type.
    """

    def __init__(self,
                 folder: Path,
                 dtype: str,
                 prefix: str = '',
                 manifest: Optional[dict] = None) -> None:
        self.folder = folder
        self.dtype = np.dtype(dtype)
        self.prefix = prefix
        self.manifest = manifest
        self._writer: Optional[ShardWriter] = None
        self._started = self._committed = time.monotonic()
        if is_store(folder):
            found = StoreHeader.read(str(folder)).dtype
            if found != self.dtype:
                raise InputError(f'{folder} has features of {found}: expected '
                                 f'{self.dtype}, as --dtype says')
        elif holds_features(folder):
            raise InputError(f'{folder} holds feature files, which a packed '
                             'store would hide: expected another folder')

    def missing(self, videos: Videos) -> Videos:
        """Videos that are not in the index of the store."""
        if not is_store(self.folder):
            return videos
        return videos.take(PackedStore(self.folder).locate(videos.names) < 0)

    def write(self, name: str, features: np.ndarray) -> None:
        """Append the features ``(T, C)`` of a video to the open shard.

        Raises:
            InputError: For other channels than those of the store.
            OSError: Such as for a full disk.
        """
        if self._writer is None:
            self._writer = ShardWriter(
                self.folder,
                self.dtype.name,
                features.shape[1],
                prefix=self.prefix)
        self._writer.add(name, features)
        now = time.monotonic()
        fewest, most = COMMIT_SECONDS
        interval = min(max((now - self._started) / 20, fewest), most)
        if now - self._committed > interval:
            self.commit()

    def commit(self) -> None:
        """Close the open shard, after which its videos can be read.

        Raises:
            InputError: For a store that a process with other settings has
                begun, too.
        """
        if self._writer is not None:
            if self.manifest is not None:
                require_manifest(self.folder, self.manifest)
            self._writer.close()
        self._committed = time.monotonic()


def build_output(job: ExtractionJob,
                 prefix: str = '',
                 manifest: Optional[dict] = None
                 ) -> Union[FeatureFolder, FeatureStore]:
    """Output of a job; see :class:`FeatureStore` for the other arguments.

    Raises:
        InputError: For a folder that cannot be written, before the first video
            is decoded.
    """
    existing = next(
        path for path in (job.out, *job.out.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise InputError(f'cannot write into {job.out}: expected a folder '
                         f'with the permission to write, found {existing}')
    if job.packed:
        return FeatureStore(job.out, job.dtype, prefix, manifest)
    return FeatureFolder(job.out, job.dtype)


def feature_path(folder: Path, name: str) -> Path:
    """Path of the feature file of a video, which is below the folder.

    Raises:
        InputError: For the name of a path to another folder, also by a link.
    """
    path = folder / f'{name}.npy'
    if leaves_folder(name) or \
            not path.parent.resolve().is_relative_to(folder.resolve()):
        raise InputError(f'video {name}: expected a name below {folder}')
    return path


def write_feature_file(path: Path, features: np.ndarray) -> None:
    """Write a ``.npy`` file atomically."""
    with atomic_write(path) as draft, open(draft, 'wb') as file:
        # into a file, numpy writes by a function that loses the error's number
        stream = SimpleNamespace(write=file.write)
        np.save(stream, features, allow_pickle=False)
