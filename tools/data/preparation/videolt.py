"""Lists and folders of VideoLT."""
from pathlib import Path
from typing import Dict

from projects_move.datasets.lists.annotations import (Annotations,
                                                      read_classes, read_list)
from projects_move.datasets.videolt import CLASSES, FINGERPRINTS, LISTS
from .benchmark import Benchmark, by_fingerprint, copy_list


def copy_lists(source: Path, labels: Path) -> None:
    """Copy the lists and the class names."""
    for name in (*LISTS.values(), CLASSES):
        copy_list(source / name, labels / name)


def read_lists(labels: Path) -> Dict[str, Annotations]:
    """List of each split."""
    classes = read_classes(labels / CLASSES)
    return {
        split: read_list(labels / name, classes)
        for split, name in LISTS.items()
    }


VIDEOLT = Benchmark(read_lists, copy_lists, by_fingerprint(FINGERPRINTS),
                    dict.fromkeys(LISTS, ''))
