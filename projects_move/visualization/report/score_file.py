"""Scores, labels and names of the tested videos, from ``scores.npz``."""
import os
import zipfile
import zlib
from pathlib import Path
from typing import List, NamedTuple, Optional

import numpy as np

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.regular_file import RegularFile


class Scores(NamedTuple):
    """Scores of N videos for S classes.

    Args:
        scores: ``(N, S)``.
        labels: Video and class of each label, each pair once, int64
            ``(L, 2)``.
        videos: Names of the videos, None if they were not kept.
    """
    scores: np.ndarray
    labels: np.ndarray
    videos: Optional[List[str]]

    @property
    def labels_per_video(self) -> np.ndarray:
        """``(N,)``."""
        return np.bincount(self.labels[:, 0], minlength=len(self.scores))

    @property
    def has_one_label(self) -> bool:
        """Whether no video has several labels."""
        return bool((self.labels_per_video <= 1).all())


def read_scores(path: Path, num_classes: int) -> Scores:
    """Read a file that ``LongTailMetric`` wrote.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For another file, and for scores of other classes.
    """
    try:
        RegularFile(os.fspath(path))
        # NumPy leaves a torn file open that it has opened itself
        with open(path, 'rb') as opened, \
                np.load(opened, allow_pickle=False) as file:
            scores, labels = file['scores'], file['labels']
            videos = file['videos'].tolist() if 'videos' in file else None
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingInputError(f'there is no file {path}') from error
    except (OSError, ValueError, TypeError, KeyError, EOFError, AttributeError,
            NotImplementedError, MemoryError, RuntimeError, SyntaxError,
            zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f'{path}: expected scores and labels of '
                         f'LongTailMetric: {error}') from error
    _check(path, scores, labels, videos, num_classes)
    return Scores(scores, np.unique(labels, axis=0), videos)


def _check(path: Path, scores: np.ndarray, labels: np.ndarray,
           videos: Optional[list], num_classes: int) -> None:
    if scores.ndim != 2 or scores.dtype.kind != 'f' or \
            scores.shape[1] != num_classes:
        raise InputError(f'{path}: expected scores of {num_classes} classes, '
                         f'found {scores.dtype} {scores.shape}')
    if labels.ndim != 2 or labels.shape[1] != 2 or labels.dtype.kind != 'i':
        raise InputError(f'{path}: expected the video and the class of each '
                         f'label, found {labels.dtype} {labels.shape}')
    outside = (labels < 0) | (labels >= scores.shape)
    if outside.any():
        raise InputError(
            f'{path}: expected labels of {len(scores)} videos and '
            f'{num_classes} classes, found '
            f'{labels[outside.any(1)][0].tolist()}')
    if videos is not None and not (isinstance(videos, list)
                                   and len(videos) == len(scores) and all(
                                       isinstance(each, str)
                                       for each in videos)):
        raise InputError(f'{path}: expected {len(scores)} names of videos')
