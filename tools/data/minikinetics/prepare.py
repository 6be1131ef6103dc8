"""Lay out Imbalanced-MiniKinetics200 for the configs.

    python tools/data/minikinetics/prepare.py \
        --labels MOVE/Imbalanced-MiniKinetics200/data \
        --features ResNet50 FOLDER_OR_ARCHIVE
    python tools/data/minikinetics/prepare.py --videos KINETICS_FOLDER

See README.md beside this file. Run it again after an interruption.
"""
from pathlib import Path
from typing import Dict, List

from projects_move.apis.preparation import Benchmark, copy_list, prepare
from projects_move.datasets.lists.annotations import (Annotations,
                                                      read_classes, read_list)
from projects_move.datasets.lists.labelled_videos import read_source
from projects_move.datasets.minikinetics import FINGERPRINTS, LISTS
from projects_move.file_io import atomic_write

CLASSES = 'classes.txt'


def install(source: Path, labels: Path) -> None:
    for name in LISTS.values():
        copy_list(source / name, labels / name)
    if (source / CLASSES).is_file():
        copy_list(source / CLASSES, labels / CLASSES)
    else:
        names = class_names(
            read_list(source / LISTS['train']), source / 'kinetics_train.csv')
        with atomic_write(labels / CLASSES) as draft:
            draft.write_text(''.join(f'{name}\n' for name in names))


def class_names(videos: Annotations, kinetics: Path) -> List[str]:
    """Names of the classes of a list, from the list of all of Kinetics.

    Raises:
        ValueError: Where the two do not agree.
    """
    source = read_source(kinetics)
    label_of = {name: row[0] for name, row in zip(source.names, source.labels)}
    names = {}
    for name, (index, ) in zip(videos.names, videos.labels):
        if name not in label_of:
            raise ValueError(f'{kinetics} does not know the video {name}')
        known = names.setdefault(index, label_of[name])
        if known != label_of[name]:
            raise ValueError(f'{kinetics}: the class {index} of video {name} '
                             f'is {known!r} and {label_of[name]!r}')
    return [names[index] for index in range(len(names))]


def read(labels: Path) -> Dict[str, Annotations]:
    classes = read_classes(labels / CLASSES)
    return {
        split: read_list(labels / name, classes, multi_class=False)
        for split, name in LISTS.items()
    }


def main() -> None:
    prepare(
        Benchmark('Imbalanced-MiniKinetics200', 'data/minikinetics', read,
                  install, FINGERPRINTS, dict(train='train', test='val')))


if __name__ == '__main__':
    main()
