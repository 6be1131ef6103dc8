"""Splits of a custom data set, and their lists."""
from pathlib import Path
from typing import Dict, List

import numpy as np

from projects_move.datasets.lists.held_out import hold_out
from projects_move.datasets.lists.labelled_videos import LabelledVideos

SPLITS = ('train', 'val', 'test')


def split_videos(videos: LabelledVideos, val: float,
                 test: float) -> Dict[str, List[int]]:
    """Indices of the videos of each split.

    Args:
        videos: Videos, whose own splits are used if they have any.
        val: Share of each class for validation, without own splits.
        test: Share of each class for the test, without own splits.

    Raises:
        ValueError: For an unknown split, and if there are no training videos
            or neither validation nor test videos.
    """
    if videos.splits:
        return _own_splits(videos.splits)
    index = {name: i for i, name in enumerate(videos.classes)}
    labels = [[index[label] for label in row] for row in videos.labels]
    is_test = hold_out(videos.names, labels, test)
    others = np.flatnonzero(~is_test)
    is_val = hold_out([videos.names[i] for i in others],
                      [labels[i] for i in others], val / (1 - test))
    if not is_test.any() and not is_val.any():
        largest = np.bincount([row[0] for row in labels]).max()
        raise ValueError(f'--val {val} and --test {test} hold out no video: '
                         f'the largest class has {largest}')
    return dict(
        train=others[~is_val].tolist(),
        val=others[is_val].tolist(),
        test=np.flatnonzero(is_test).tolist())


def _own_splits(splits: List[str]) -> Dict[str, List[int]]:
    unknown = sorted(set(splits) - set(SPLITS))
    if unknown:
        raise ValueError(f'splits must be in {SPLITS}, got {unknown}')
    found = {
        name: [i for i, split in enumerate(splits) if split == name]
        for name in SPLITS
    }
    if not found['train'] or not found['val'] + found['test']:
        raise ValueError(
            'expected videos of the split train and of val or test, got '
            f"{', '.join(sorted(set(splits)))}; without the column split, "
            'shares of each class are held out')
    return found


def write_lists(videos: LabelledVideos, splits: Dict[str, List[int]],
                out: Path) -> None:
    """Write ``classes.txt`` and the list of each split that has videos."""
    index = {name: i for i, name in enumerate(videos.classes)}
    (out / 'classes.txt').write_text(
        '\n'.join(videos.classes) + '\n', encoding='utf-8')
    for name, indices in splits.items():
        if not indices:
            continue
        lines = [
            f'{videos.names[i]} '
            f"{','.join(str(index[label]) for label in videos.labels[i])}\n"
            for i in indices
        ]
        (out / f'{name}.lst').write_text(''.join(lines), encoding='utf-8')
