"""Splits of a custom data set, and their lists."""
import tempfile
from pathlib import Path
from typing import Dict, List

import numpy as np

from projects_move.datasets.lists.annotations import (AnnotationError,
                                                      read_classes, read_list)
from projects_move.datasets.lists.held_out import hold_out
from projects_move.datasets.lists.labelled_videos import LabelledVideos
from projects_move.errors import InputError
from projects_move.file_io import atomic_write

SPLITS = ('train', 'val', 'test')


def split_videos(videos: LabelledVideos, val: float,
                 test: float) -> Dict[str, List[int]]:
    """Indices of the videos of each split.

    Args:
        videos: Videos, whose own splits are used if they have any.
        val: Share of each class for validation, without own splits.
        test: Share of each class for the test, without own splits.

    Raises:
        InputError: For an unknown split, and if there are no training videos
            or neither validation nor test videos.
    """
    if videos.splits:
        check_splits(videos.splits)
        return {
            name:
            [i for i, split in enumerate(videos.splits) if split == name]
            for name in SPLITS
        }
    index = {name: i for i, name in enumerate(videos.classes)}
    labels = [[index[label] for label in row] for row in videos.labels]
    is_test = hold_out(videos.names, labels, test)
    others = np.flatnonzero(~is_test)
    is_val = hold_out([videos.names[i] for i in others],
                      [labels[i] for i in others], val / (1 - test))
    if not is_test.any() and not is_val.any():
        largest = np.bincount([row[0] for row in labels]).max()
        raise InputError(f'--val {val} and --test {test} hold out no video: '
                         f'the largest class has {largest}')
    return dict(
        train=others[~is_val].tolist(),
        val=others[is_val].tolist(),
        test=np.flatnonzero(is_test).tolist())


def check_splits(splits: List[str]) -> None:
    """Check the splits of a list, if it has any.

    Raises:
        InputError: For an unknown split, for videos without a split beside
            others with one, and if there are no training videos or neither
            validation nor test videos.
    """
    found = sorted(set(splits))
    unknown = [name or '(none)' for name in found if name not in SPLITS]
    if unknown:
        raise InputError(f'splits must be in {SPLITS}, got {unknown}')
    if found and not ('train' in found and len(found) > 1):
        raise InputError(
            'expected videos of the split train and of val or test, got '
            f"{', '.join(found)}; without the column split, shares of each "
            'class are held out; --val-list and --test-list add other lists')


def write_lists(videos: LabelledVideos, splits: Dict[str, List[int]],
                out: Path) -> None:
    """Write ``classes.txt`` and the list of each split that has videos, and
    read them again.

    Raises:
        InputError: If a list does not give back its videos; nothing is left.
    """
    index = {name: i for i, name in enumerate(videos.classes)}
    files = {'classes.txt': ''.join(f'{name}\n' for name in videos.classes)}
    for name, indices in splits.items():
        if indices:
            files[f'{name}.lst'] = ''.join(
                f'{videos.names[i]} '
                f"{','.join(str(index[label]) for label in videos.labels[i])}"
                '\n' for i in indices)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding='utf-8')
        _check_lists(videos, splits, index, Path(folder))
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            with atomic_write(out / name) as draft:
                draft.write_text(text, encoding='utf-8')


def _check_lists(videos: LabelledVideos, splits: Dict[str, List[int]],
                 index: Dict[str, int], folder: Path) -> None:
    """Compare the lists of a folder with the videos."""
    try:
        classes = read_classes(folder / 'classes.txt')
    except AnnotationError as error:
        raise InputError('a file of class names cannot hold these names, '
                         f'rename the classes: {error.problems[0]}') from error
    if classes != videos.classes:
        names = sorted(set(videos.classes).difference(classes))
        raise InputError('a file of class names cannot hold '
                         f'{", ".join(map(repr, names))}: rename the class')
    for split, indices in splits.items():
        if not indices:
            continue
        try:
            found = read_list(
                folder / f'{split}.lst', classes, list_format='list')
        except AnnotationError as error:
            raise InputError(
                f'a list cannot hold the names of {split}, '
                f'rename the videos: {error.problems[0]}') from error
        if len(found.names) != len(indices):
            raise InputError(f'of {len(indices)} videos of {split} a list '
                             f'holds {len(found.names)}')
        for name, labels, i in zip(found.names, found.labels, indices):
            if (name, labels) != (videos.names[i],
                                  [index[label]
                                   for label in videos.labels[i]]):
                raise InputError(f'a list cannot hold the name '
                                 f'{videos.names[i]!r}, rename the video')
