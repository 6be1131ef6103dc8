"""The videos that a prediction is asked for."""
from pathlib import Path
from typing import Collection, Iterator, List, Tuple, Union

import numpy as np

from projects_move.datasets.features.packed_store import (STORE, PackedStore,
                                                          find_packed)
from projects_move.datasets.lists.video_names import read_names
from projects_move.datasets.videos.video_files import VIDEOS, video_file

LISTS = ('.lst', '.txt', '.csv')
Source = Union[str, Path, np.ndarray]


class PredictionSources:
    """Turns files, folders, packed stores, lists and arrays to data infos.

    Args:
        takes_features: Whether videos are cached features.
        suffix: Of a raw video of a list whose name has no ending.
        classes: Names that may be the labels of a list.
    """

    def __init__(self, takes_features: bool, suffix: str,
                 classes: Collection[str]) -> None:
        self.takes_features = takes_features
        self.suffix = suffix
        self.classes = classes

    def infos(self, sources: List[Source], prefix: str = '') -> List[dict]:
        """Data infos of all videos, in their order.

        Args:
            sources: See the class.
            prefix: Folder of the names of a list.

        Raises:
            FileNotFoundError: For a source that is not there.
            ValueError: For a folder or list without a video.
        """
        infos = []
        for number, source in enumerate(sources):
            if isinstance(source, np.ndarray):
                infos.append(dict(video_id=f'array {number}', features=source))
                continue
            key = 'feature_path' if self.takes_features else 'filename'
            for path, name in self._files(Path(source), Path(prefix)):
                infos.append({'video_id': name, key: str(path)})
        return infos

    def _files(self, source: Path, prefix: Path) -> List[Tuple[Path, str]]:
        """Files, and the names of their videos."""
        if source.is_dir():
            return self._folder(source)
        if source.suffix.lower() in LISTS:
            return [(prefix / self._complete(name), name)
                    for name in read_names(source, self.classes)]
        if source.exists() or self.takes_features and _is_packed(source):
            return [(source, source.stem)]
        raise FileNotFoundError(f'no video, folder or list {source}')

    def _folder(self, folder: Path) -> List[Tuple[Path, str]]:
        endings = ('.npy', ) if self.takes_features else VIDEOS
        found = _features(folder) if self.takes_features else _visible(folder)
        files = sorted(path for path in found
                       if path.suffix.lower() in endings)
        if not files:
            raise ValueError(f'{folder} holds no file of '
                             f'{", ".join(endings)}')
        return [(path, str(path.relative_to(folder).with_suffix('')))
                for path in files]

    def _complete(self, name: str) -> str:
        if self.takes_features:
            return f'{name}.npy'
        return video_file(name, self.suffix)


def _visible(folder: Path) -> Iterator[Path]:
    """Files below a folder, without hidden ones."""
    for path in folder.rglob('*'):
        if not path.name.startswith('.') and path.is_file():
            yield path


def _features(folder: Path) -> Iterator[Path]:
    """Feature files below a folder, and those that stores stand for."""
    stores = {path.parent for path in folder.rglob(STORE)}
    for path in _visible(folder):
        if not stores.intersection(path.parents):
            yield path
    for store in stores:
        for name in PackedStore(store).names():
            yield store / f'{name}.npy'


def _is_packed(path: Path) -> bool:
    packed = find_packed(path)
    return packed is not None and packed[1] in packed[0]
