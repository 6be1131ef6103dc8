"""Lists and folders of Imbalanced-MiniKinetics200."""
from pathlib import Path
from typing import Dict, List

from projects_move.datasets.lists.annotations import (Annotations,
                                                      read_classes, read_list)
from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from projects_move.datasets.minikinetics import FINGERPRINTS, LISTS
from .benchmark import Benchmark, by_fingerprint, copy_list, write_classes

CLASSES = 'classes.txt'


def copy_lists(source: Path, labels: Path) -> None:
    """Copy the lists; copy the class names or derive them from Kinetics."""
    for name in LISTS.values():
        copy_list(source / name, labels / name)
    if (source / CLASSES).is_file():
        copy_list(source / CLASSES, labels / CLASSES)
    else:
        names = class_names(
            read_list(source / LISTS['train']), source / 'kinetics_train.csv')
        write_classes(labels / CLASSES, names)


def class_names(videos: Annotations, kinetics: Path) -> List[str]:
    """Names of the classes of a list, looked up in the csv of Kinetics.

    Raises:
        ValueError: For a video that is not in the csv, and for a class whose
            videos have different names there.
    """
    known = read_labelled_videos(kinetics)
    name_of = {video: row[0] for video, row in zip(known.names, known.labels)}
    names = {}
    for video, (index, ) in zip(videos.names, videos.labels):
        if video not in name_of:
            raise ValueError(f'{kinetics} has no video {video}')
        name = names.setdefault(index, name_of[video])
        if name != name_of[video]:
            raise ValueError(
                f'{kinetics}: expected one name for class {index}, got '
                f'{name!r} and, for video {video}, {name_of[video]!r}')
    return [names[index] for index in range(len(names))]


def read_lists(labels: Path) -> Dict[str, Annotations]:
    """List of each split."""
    classes = read_classes(labels / CLASSES)
    return {
        split: read_list(labels / name, classes, multi_class=False)
        for split, name in LISTS.items()
    }


MINIKINETICS = Benchmark(read_lists, copy_lists, by_fingerprint(FINGERPRINTS),
                         dict(train='train', test='val'))
