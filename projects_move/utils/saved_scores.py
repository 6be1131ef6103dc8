"""Reading of ``scores.npz``, the scores of a test."""
import io
import zipfile
from pathlib import Path
from typing import List, NamedTuple, Optional

import numpy as np

from projects_move.errors import InputError, MissingInputError
from .regular_file import RegularFile


class SavedScores(NamedTuple):
    """Scores of N videos for S classes.

    Attributes:
        scores: float ``(N, S)``.
        labels: Video and class of each label, each pair once, int64
            ``(L, 2)``.
        videos: Names of the videos, None if they were not kept.
        logits: float ``(N, S)``, None if they were not kept.
    """
    scores: np.ndarray
    labels: np.ndarray
    videos: Optional[List[str]]
    logits: Optional[np.ndarray] = None

    @property
    def finite(self) -> np.ndarray:
        """Whether all scores of each video are finite, bool ``(N,)``."""
        return np.isfinite(self.scores).all(1)

    def is_label(self, label: int) -> np.ndarray:
        """Whether each video has a label, bool ``(N,)``."""
        mask = np.zeros(len(self.scores), bool)
        mask[self.labels[self.labels[:, 1] == label, 0]] = True
        return mask


def read_scores(folder: Path, num_classes: int) -> SavedScores:
    """Read ``scores.npz``, which ``LongTailMetric`` wrote.

    Args:
        folder: Folder of the test.
        num_classes: Number of classes in ``per_class.csv``.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For another content: torn, of other shapes, or with
            labels beyond the classes.
    """
    path = folder / 'scores.npz'
    try:
        content = io.BytesIO(RegularFile(str(path)).read())
        _refuse_compressed(content)
        with np.load(content, allow_pickle=False) as file:
            scores, labels = file['scores'], file['labels']
            videos = file['videos'].tolist() if 'videos' in file else None
            logits = file['logits'] if 'logits' in file else None
    except (FileNotFoundError, NotADirectoryError):
        raise MissingInputError(
            f'there is no file {path}: test with LongTailMetric'
            '(keep_scores=True) and an out_dir') from None
    except KeyError as error:
        raise InputError(f'{path}: expected the arrays scores and labels: '
                         f'{error.args[0]}') from None
    except Exception as error:  # errors of zip files and numpy
        raise InputError(f'{path} cannot be read: {error}') from error
    _check(path, scores, labels, videos, num_classes)
    if logits is not None and (logits.dtype.kind != 'f'
                               or logits.shape != scores.shape):
        raise InputError(f'{path}: expected float logits {scores.shape}, '
                         f'found {logits.dtype} {logits.shape}')
    # files of older versions may have a label of a video twice
    return SavedScores(scores, np.unique(labels, axis=0), videos, logits)


def read_finite_scores(folder: Path, num_classes: int) -> SavedScores:
    """As :func:`read_scores`, and refuses scores that are not finite.

    Raises:
        InputError: Also for no video, and for scores that are not finite.
    """
    found = read_scores(folder, num_classes)
    path = folder / 'scores.npz'
    if not len(found.scores):
        raise InputError(f'{path}: expected scores of videos, found none')
    if not found.finite.all():
        raise InputError(f'{path}: expected finite scores, found others of '
                         f'video {found.finite.argmin()}')
    return found


def _refuse_compressed(content: io.BytesIO) -> None:
    """Refuse an archive with compressed entries, which may have any size, and
    one whose entries share their bytes. The metric compresses nothing."""
    with zipfile.ZipFile(content) as archive:
        entries = archive.infolist()
    if any(each.compress_type != zipfile.ZIP_STORED for each in entries) or \
            sum(each.file_size for each in entries) > len(content.getvalue()):
        raise ValueError('expected arrays without compression')
    content.seek(0)


def _check(path: Path, scores: np.ndarray, labels: np.ndarray,
           videos: Optional[list], num_classes: int) -> None:
    if scores.dtype.kind != 'f' or scores.ndim != 2 or \
            scores.shape[1] != num_classes:
        raise InputError(
            f'{path}: expected float scores of {num_classes} classes, the '
            f'rows of per_class.csv, found {scores.dtype} {scores.shape}')
    if labels.dtype.kind != 'i' or labels.ndim != 2 or labels.shape[1] != 2:
        raise InputError(f'{path}: expected labels of shape (L, 2), found '
                         f'{labels.dtype} {labels.shape}')
    outside = ((labels < 0) | (labels >= scores.shape)).any(1)
    if outside.any():
        raise InputError(
            f'{path}: expected labels of {len(scores)} videos and '
            f'{num_classes} classes, found one of video and class '
            f'{labels[outside][0].tolist()}')
    if videos is not None and not (isinstance(videos, list)
                                   and len(videos) == len(scores) and all(
                                       isinstance(each, str)
                                       for each in videos)):
        raise InputError(f'{path}: expected {len(scores)} names of videos')
