"""SSv2-LT (Perrett et al., Use Your Head, CVPR 2023)."""
from pathlib import Path
from typing import Dict

from projects_move.datasets.lists.annotations import read_classes, read_list
from .converted_lists import Official, PublishedClasses, converted_benchmark
from .published_list import PublishedList

SPLITS = ('train', 'val', 'test')


def read_official(files: Dict[str, Path]) -> Official:
    """Lists and class names.

    Args:
        files: ``classes``, ``train``, ``val`` and ``test``; the lists have the
            format of Something-Something V2.
    """
    classes = read_classes(files['classes'])
    lists = {
        split:
        read_list(
            files[split], classes, multi_class=False, list_format='something')
        for split in SPLITS
    }
    return lists, classes


# the authors' code has the number of training videos of each class, and no
# figure of the other lists
SSV2_LT = converted_benchmark(
    'SSv2-LT', read_official, PublishedClasses(174),
    dict(
        train=PublishedList(
            50418, 174, 2500, 5,
            '196c927b1b9e5e3985183bf8d2817828005aa0bfe52427bef78faf4e0af8c8f7'
        ),
        val=None,
        test=None))
