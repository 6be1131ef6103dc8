"""Data infos of the inputs of a prediction."""
import os
from collections import defaultdict
from pathlib import Path
from typing import Collection, Dict, Iterator, List, Optional, Tuple, Union

import numpy as np

from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.store_folders import find_packed
from projects_move.datasets.features.store_header import STORE
from projects_move.datasets.lists.folders import list_folder
from projects_move.datasets.lists.video_names import read_names
from projects_move.datasets.videos.video_files import VIDEOS, video_file
from projects_move.errors import InputError, MissingInputError

LIST_SUFFIXES = ('.lst', '.txt', '.csv', '.tsv', '.json')
PredictionInput = Union[str, Path, np.ndarray]


class PredictionInputs:
    """Converts files, folders, packed stores, lists and arrays to data infos.

    Args:
        takes_features: Whether the model takes cached features.
        suffix: Suffix of a video file whose name in a list has none.
        classes: Class names, which may be the labels of a list.
        list_format: Format of the lists, if it cannot be recognized.
    """

    def __init__(self,
                 takes_features: bool,
                 suffix: str,
                 classes: Collection[str],
                 list_format: Optional[str] = None) -> None:
        self.takes_features = takes_features
        self.suffix = suffix
        self.classes = classes
        self.list_format = list_format

    def data_infos(self,
                   inputs: List[PredictionInput],
                   prefix: str = '') -> List[dict]:
        """Data infos of all videos, in the order of the inputs.

        The name of a file is its path below the folder, without suffix. Files
        that would have one name, such as ``a.mp4`` and ``a.avi``, are named
        with their suffix; if that is not enough, by their whole path.

        Args:
            inputs: Files, folders, packed stores, lists or arrays.
            prefix: Folder of the names of a list.

        Raises:
            MissingInputError: For an input that does not exist.
            InputError: For a folder or list without a video, and for an
                array if the model takes video files.
        """
        infos = []
        key = 'feature_path' if self.takes_features else 'filename'
        for number, entry in enumerate(inputs):
            if isinstance(entry, np.ndarray):
                if not self.takes_features:
                    raise InputError(f'array {number}: expected a video file, '
                                     'folder or list for this model')
                infos.append(dict(video_id=f'array {number}', features=entry))
                continue
            for path, name in self._files(Path(entry), Path(prefix)):
                infos.append({'video_id': name, key: str(path)})
        return _with_distinct_names(infos, key)

    def _files(self, path: Path, prefix: Path) -> List[Tuple[Path, str]]:
        """Files and names of the videos of an input."""
        if os.path.isdir(path):
            return self._files_of_folder(path)
        if path.suffix.lower() in LIST_SUFFIXES:
            names = read_names(path, self.classes, self.list_format,
                               lambda name: self._exists(prefix, name))
            return [(prefix / self._file_name(name), name) for name in names]
        is_file = os.path.exists(path) or path.suffix.lower() in (
            '.npy', *VIDEOS)  # a missing one is reported when it is read
        if is_file or self.takes_features and _is_packed(path):
            return [(path, path.stem)]
        raise MissingInputError(f'no video, folder or list {path}')

    def _files_of_folder(self, folder: Path) -> List[Tuple[Path, str]]:
        suffixes = ('.npy', ) if self.takes_features else VIDEOS
        files = _feature_files if self.takes_features else _visible_files
        paths = sorted(
            path for path in files(folder) if path.suffix.lower() in suffixes)
        if not paths:
            raise InputError(f'{folder} holds no file of '
                             f'{", ".join(suffixes)}')
        return [(path, str(path.relative_to(folder).with_suffix('')))
                for path in paths]

    def _exists(self, prefix: Path, name: str) -> bool:
        """Whether the file of a name in a list exists."""
        path = prefix / self._file_name(name)
        return path.is_file() or self.takes_features and _is_packed(path)

    def _file_name(self, name: str) -> str:
        if self.takes_features:
            return f'{name}.npy'
        return video_file(name, self.suffix)


def _with_distinct_names(infos: List[dict], key: str) -> List[dict]:
    """Data infos in which a name is that of one file only."""
    while True:
        files: Dict[str, set] = defaultdict(set)
        for info in infos:
            files[info['video_id']].add(info.get(key))
        shared = {name for name, paths in files.items() if len(paths) > 1}
        longer = [
            dict(info, video_id=_longer_name(info['video_id'], info[key]))
            if info['video_id'] in shared and key in info else info
            for info in infos
        ]
        if longer == infos:
            return infos
        infos = longer


def _longer_name(name: str, path: str) -> str:
    """Name with the suffix of its file, then the path of the file.

    Example:
        >>> _longer_name('x/a', 'in/x/a.mp4')
        'x/a.mp4'
        >>> _longer_name('x/a.mp4', 'in/x/a.mp4')
        'in/x/a.mp4'
    """
    suffix = os.path.splitext(path)[1]
    return name + suffix if path.endswith(f'{name}{suffix}') else path


def _visible_files(folder: Path) -> Iterator[Path]:
    """Files below a folder that are not hidden."""
    for name in list_folder(folder).files:
        yield folder / name


def _feature_files(folder: Path) -> Iterator[Path]:
    """Files below a folder; a packed store has a path for each video."""
    files = list(_visible_files(folder))
    stores = {path.parent for path in files if path.name == STORE}
    for path in files:
        if not stores.intersection(path.parents):
            yield path
    for store in stores:
        for name in PackedStore(store).names():
            yield store / f'{name}.npy'


def _is_packed(path: Path) -> bool:
    """Whether a path names a video of a packed store."""
    packed = find_packed(path)
    return packed is not None and packed[1] in packed[0]
