"""UCF-LT and K100-LT (Gatti et al., Gen2Balance, ECCV 2026)."""
from pathlib import Path, PurePosixPath

from projects_move.datasets.lists.annotations import (Annotations,
                                                      read_classes, read_list)
from projects_move.errors import InputError
from .converted_lists import Official, PublishedClasses, converted_benchmark
from .published_list import PublishedList


def read_official(folder: Path) -> Official:
    """Lists and class names of ``data/annotations/NAME`` of the authors.

    Their lists are ``real/train.csv`` and ``real/test.csv``, without generated
    videos. Names lose their folder and the suffix ``.mp4``.
    """
    classes = read_classes(folder / 'misc' / 'label_id_to_label.json')
    lists = {}
    for split in ('train', 'test'):
        path = folder / 'real' / f'{split}.csv'
        videos = read_list(
            path, classes, multi_class=False, list_format='list')
        names = [PurePosixPath(name).stem for name in videos.names]
        _require_distinct(path, names, videos)
        lists[split] = videos._replace(names=names)
    return lists, classes


def _require_distinct(path: Path, names: list, videos: Annotations) -> None:
    """Refuse videos that differ in their folder or suffix only."""
    line_of = {}
    for name, line in zip(names, videos.lines):
        if name in line_of:
            raise InputError(f'{path}: line {line}: video {name!r} is already '
                             f'in line {line_of[name]}, in another folder')
        line_of[name] = line


UCF_LT = converted_benchmark(
    'UCF-LT', read_official,
    PublishedClasses(
        101,
        'b5b92be0668762a90444ff367895d43c470ed2538293f9b765a9959083bb16bf'),
    dict(
        train=PublishedList(
            3026, 101, 121, 5,
            'dfba1d5fddbd172d43d5bbe890d2a46002422caf301ec2e6899738bfc63b0cf3',
            '6992230ff4c6a3c48a0ac3affe928dc941bfeef34b66f9186dd55ec329faa09e'
        ),
        test=PublishedList(
            3783, 101, 49, 28, None,
            'cc6d0c4a31b121722ac83617b2c8eae55e575e823355e2b3190e8a158ee78e13')
    ))
K100_LT = converted_benchmark(
    'K100-LT', read_official,
    PublishedClasses(
        100,
        'bea5eddad0e643e47bb996b026fdfeb40e04a70a2b9da6c66a28f6b01a8abfed'),
    dict(
        train=PublishedList(
            14439, 100, 990, 5,
            '51e17f227211b3e25932a9008600670754a77106742e0bf2322cb68f0b1a2d3d',
            'ff6fff647976dc284f18d16dfa252f0eff1b629ed1679a5a7db51aaac912c38b'
        ),
        test=PublishedList(
            4952, 100, 50, 47, None,
            '4e6784ebbb759faf0d368ebfd3f4e01d1a8cb8b40598867fa83e80fa7bdccbdd')
    ))
