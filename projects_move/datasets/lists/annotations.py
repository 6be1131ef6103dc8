"""Annotations of a data set: videos and class indices of a list.

All faults of a list are reported at once, each with its line.
"""
import hashlib
from pathlib import Path
from typing import Callable, List, NamedTuple, Optional, Sequence, Union

from .class_files import read_classes
from .formats.line_readings import Evidence
from .formats.recognize import read_listing
from .labels import LabelParser
from .text.files import AnnotationError
from .video_collection import collect_videos

__all__ = [
    'AnnotationError', 'Annotations', 'fingerprint', 'read_classes',
    'read_list'
]


class Annotations(NamedTuple):
    """Videos of a list, in its order.

    Attributes:
        names: Names of the videos, N.
        labels: Class indices of each video, without repetition.
        lines: Line number of each video in the list, from 1; in a json, its
            position.
    """
    names: List[str]
    labels: List[List[int]]
    lines: List[int]


def read_list(path: Union[str, Path],
              classes: Optional[Sequence[str]] = None,
              num_classes: Optional[int] = None,
              multi_class: bool = True,
              list_format: Optional[str] = None,
              first_index: int = 0,
              has_video: Optional[Callable[[str], bool]] = None,
              has_folder: Optional[Callable[[str], bool]] = None,
              report: Optional[Callable[[str], None]] = None) -> Annotations:
    """Read videos and their labels from a list of any format of
    :data:`~projects_move.datasets.lists.formats.listing.FORMATS`.

    Labels are indices or names of ``classes``. A label that is the index of
    one class and the name of another is a fault;
    :func:`~projects_move.datasets.lists.labels.order_classes` avoids it. The
    label of a list without labels is the folder of the video.

    Args:
        path: The list.
        classes: Class names.
        num_classes: Upper bound of the indices; by default the number of
            ``classes``.
        multi_class: Whether a video may have several labels, in one row or in
            several.
        list_format: Format of the list, if it cannot be recognized.
        first_index: Index of the first class in the list, 0 or 1.
        has_video: Whether a video of a name exists, to recognize the format.
        has_folder: Whether a folder of a name exists, to recognize the format.
        report: Function that gets one line about what was read.

    Raises:
        AnnotationError: For a row without label, an unknown class, an index
            out of range, an ambiguous label, several labels with
            ``multi_class=False``, a list of several splits, a list of unclear
            format, and an empty list.
    """
    parser = LabelParser(classes, num_classes, first_index)
    listing = read_listing(
        Path(path), list_format,
        Evidence(lambda text: not parser.parse(text)[1], has_video,
                 has_folder))
    splits = sorted(set(listing.splits))
    if len(splits) > 1:
        raise AnnotationError(path, [
            f'expected a list of one split, got {", ".join(splits)}: '
            'tools/data/make_dataset.py writes a list of each'
        ])
    found = collect_videos(listing, parser.parse_all, multi_class)
    if parser.classes:
        _compare_with_folders(path, found, parser.index)
    if report is not None:
        report(found.report)
    return Annotations(found.names, found.labels, found.lines)


def _compare_with_folders(path, found, index) -> None:
    """Refuse labels that contradict the folders of all videos, such as labels
    from 1 with classes from 0.

    Raises:
        AnnotationError: If each of the first videos lies in a folder that is
            named like another class than its label.
    """
    compared = []
    for name, labels in zip(found.names[:1000], found.labels):
        folder = name.rpartition('/')[0].rpartition('/')[2]
        if folder not in index:
            return
        compared.append((index[folder], labels))
    if any(label in labels for label, labels in compared):
        return
    label, labels = compared[0]
    hint = ''
    if all(labels == [label + 1] for label, labels in compared):
        hint = ('; labels seem to count from 1: give the classes as lines '
                '"index name" from 1')
    classes = list(index)
    raise AnnotationError(path, [
        f'line {found.lines[0]}: video {found.names[0]!r} has the label '
        f'{classes[labels[0]]!r}, but lies in the folder of class '
        f'{classes[label]!r}, as does every video{hint}'
    ])


def fingerprint(videos: Annotations) -> str:
    """SHA-256 of the lines ``name label[,label]``, in order."""
    digest = hashlib.sha256()
    for name, labels in zip(videos.names, videos.labels):
        digest.update(f"{name} {','.join(map(str, labels))}\n".encode())
    return digest.hexdigest()
