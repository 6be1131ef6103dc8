"""Lay out VideoLT for the configs.

    python tools/data/videolt/prepare.py --labels VideoLT/labels \
        --features TSM-R50-feature TSM-R50-feature.tar.gz.part*
    python tools/data/videolt/prepare.py --videos FOLDER

See README.md beside this file. Run it again after an interruption.
"""
from pathlib import Path
from typing import Dict

from projects_move.apis.preparation import Benchmark, copy_list, prepare
from projects_move.datasets.lists.annotations import (Annotations,
                                                      read_classes, read_list)
from projects_move.datasets.videolt import CLASSES, FINGERPRINTS, LISTS


def install(source: Path, labels: Path) -> None:
    for name in (*LISTS.values(), CLASSES):
        copy_list(source / name, labels / name)


def read(labels: Path) -> Dict[str, Annotations]:
    classes = read_classes(labels / CLASSES)
    return {
        split: read_list(labels / name, classes)
        for split, name in LISTS.items()
    }


def main() -> None:
    prepare(
        Benchmark('VideoLT', 'data/videolt', read, install, FINGERPRINTS,
                  dict.fromkeys(LISTS, '')))


if __name__ == '__main__':
    main()
