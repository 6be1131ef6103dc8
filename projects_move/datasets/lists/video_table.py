"""Annotations of many videos as a few arrays."""
from typing import Dict, Sequence, Tuple, Union

import numpy as np

from .annotations import Annotations


class VideoTable(Sequence):
    """Names, labels and lines of N videos.

    Arrays instead of objects are counted fast, and the workers of a data
    loader share them without a copy.

    Args:
        names: Names in UTF-8, bytes ``(N,)``.
        labels: Class indices of the labels, concatenated over the videos,
            int64 ``(L,)``.
        ends: End of each video's labels in ``labels``, int64 ``(N,)``.
        extras: Further columns, each of N entries.
    """

    def __init__(self, names: np.ndarray, labels: np.ndarray, ends: np.ndarray,
                 extras: Dict[str, Sequence]) -> None:
        self.names = names
        self.labels = labels
        self.ends = ends
        self.extras = extras

    @classmethod
    def of(cls, videos: Union['VideoTable', Sequence[dict]]) -> 'VideoTable':
        """The table itself, or the table of data infos."""
        return videos if isinstance(videos, cls) else cls.of_data_infos(videos)

    @classmethod
    def of_annotations(cls, videos: Annotations) -> 'VideoTable':
        """Table of the videos of a list."""
        return cls._of_columns(videos.names, videos.labels,
                               dict(line=np.array(videos.lines, np.int64)))

    @classmethod
    def of_data_infos(cls, infos: Sequence[dict]) -> 'VideoTable':
        """Table of data infos with at least ``video_id`` and ``label``, which
        is a class index, several of them, or multi-hot values.

        Raises:
            ValueError: For a label of another form, with its video.
        """
        labels = [_class_indices(info) for info in infos]
        keys = dict.fromkeys(key for info in infos for key in info)
        return cls._of_columns(
            [info['video_id'] for info in infos], labels, {
                key: [info.get(key) for info in infos]
                for key in keys if key not in ('video_id', 'label')
            })

    @classmethod
    def _of_columns(cls, names: Sequence[str], labels: Sequence[Sequence[int]],
                    extras: Dict[str, Sequence]) -> 'VideoTable':
        return cls(
            np.array([name.encode() for name in names], np.bytes_),
            np.fromiter((label for row in labels for label in row), np.int64),
            np.cumsum([len(row) for row in labels], dtype=np.int64), extras)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> dict:
        """Data info of one video."""
        if not -len(self) <= index < len(self):
            raise IndexError(f'video {index} of a list of {len(self)}')
        index %= len(self)
        return dict(
            video_id=self.names[index].decode(),
            label=self.labels_of([index])[0].tolist(),
            **{
                key: column[index]
                for key, column in self.extras.items()
            })

    def labels_of(self,
                  indices: Sequence[int]) -> Tuple[np.ndarray, np.ndarray]:
        """Labels of some videos, concatenated, and for each label the position
        of its video in ``indices``; two int64 arrays ``(L,)``."""
        indices = np.asarray(indices, np.int64)
        ends = self.ends[indices]
        starts = np.where(indices > 0, self.ends[indices - 1], 0)
        counts = ends - starts
        shift = np.repeat(ends - np.cumsum(counts), counts)
        return (self.labels[shift + np.arange(len(shift))],
                np.repeat(np.arange(len(indices)), counts))

    def videos(self) -> np.ndarray:
        """Video of each label, int64 ``(L,)``."""
        return np.repeat(np.arange(len(self)), np.diff(self.ends, prepend=0))

    def take(self, indices: np.ndarray) -> 'VideoTable':
        """Table of some of the videos, by indices from 0."""
        labels, videos = self.labels_of(indices)
        counts = np.bincount(videos, minlength=len(indices))
        return VideoTable(self.names[indices], labels, np.cumsum(counts),
                          self.take_extras(indices))

    def subset(self, indices: Union[Sequence[int], int]) -> 'VideoTable':
        """Table of some of the videos, as MMEngine selects them: a number
        means the first videos or, if negative, the last ones."""
        if not isinstance(indices, int):
            return self.take(np.arange(len(self))[np.asarray(indices)])
        videos = np.arange(len(self))
        return self.take(videos[:indices] if indices >=
                         0 else videos[indices:])

    def take_extras(self, indices: Sequence[int]) -> Dict[str, list]:
        """Further columns of some of the videos."""
        return {
            key:
            column[indices].tolist() if isinstance(column, np.ndarray) else
            [column[index] for index in indices]
            for key, column in self.extras.items()
        }


def _class_indices(info: dict) -> np.ndarray:
    label = np.asarray(info['label'])
    if label.ndim == 1 and label.dtype.kind in 'fb' and \
            np.isin(label, (0, 1)).all():
        return label.nonzero()[0]
    if label.ndim > 1 or label.dtype.kind not in 'iu':
        raise ValueError(f"video {info['video_id']}: expected class indices "
                         f"or multi-hot values, got the label {info['label']}")
    return np.atleast_1d(label)
