"""Reading of ``scores.npz``, the scores of a test."""
import io
from pathlib import Path
from typing import NamedTuple, Sequence

import numpy as np

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.regular_file import RegularFile


class SavedScores(NamedTuple):
    """Scores of N videos for S classes.

    Attributes:
        scores: float32 ``(N, S)``, finite.
        labels: Video and class of each label, int64 ``(L, 2)``.
    """
    scores: np.ndarray
    labels: np.ndarray

    def is_label(self, label: int) -> np.ndarray:
        """Whether each video has a label, bool ``(N,)``."""
        mask = np.zeros(len(self.scores), bool)
        mask[self.labels[self.labels[:, 1] == label, 0]] = True
        return mask


def read_scores(folder: Path, names: Sequence[str]) -> SavedScores:
    """Scores and labels in the folder of a test.

    Args:
        folder: Folder with ``scores.npz``.
        names: Names of the S classes in ``per_class.csv``.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For another content: torn, of other shapes, with scores
            that are not finite or labels beyond the classes.
    """
    path = folder / 'scores.npz'
    try:
        content = io.BytesIO(RegularFile(str(path)).read())
        with np.load(content, allow_pickle=False) as file:
            found = {key: file[key] for key in ('scores', 'labels')}
    except (FileNotFoundError, NotADirectoryError):
        raise MissingInputError(
            f'there is no file {path}: test with LongTailMetric'
            '(keep_scores=True) and an out_dir') from None
    except KeyError as error:
        raise InputError(f'{path}: expected the arrays scores and labels: '
                         f'{error.args[0]}') from None
    except Exception as error:  # errors of zip files and numpy
        raise InputError(f'{path} cannot be read: {error}') from error
    _check(path, found['scores'], found['labels'], len(names))
    # files of older versions may have a label of a video twice
    return SavedScores(found['scores'], np.unique(found['labels'], axis=0))


def _check(path: Path, scores: np.ndarray, labels: np.ndarray,
           num_classes: int) -> None:
    if scores.dtype.kind != 'f' or scores.ndim != 2 or \
            scores.shape[1] != num_classes or len(scores) == 0:
        raise InputError(
            f'{path}: expected float scores of {num_classes} classes, the '
            f'rows of per_class.csv, found {scores.dtype} {scores.shape}')
    if labels.dtype.kind not in 'iu' or labels.ndim != 2 or \
            labels.shape[1] != 2:
        raise InputError(f'{path}: expected labels of shape (L, 2), found '
                         f'{labels.dtype} {labels.shape}')
    if len(labels) and (labels.min() < 0 or
                        (labels.max(0) >= scores.shape).any()):
        raise InputError(
            f'{path}: expected labels of {scores.shape[0]} videos and '
            f'{num_classes} classes, found one of video and class '
            f'{labels.max(0).tolist()}')
    finite = np.isfinite(scores).all(1)
    if not finite.all():
        raise InputError(f'{path}: expected finite scores, found others of '
                         f'video {finite.argmin()}')
