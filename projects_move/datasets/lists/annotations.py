"""Reading of annotation lists.

All faults of a list are reported at once, each with its line.
"""
import hashlib
from pathlib import Path
from typing import (Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Tuple, Union)

from .class_files import read_classes
from .labels import parse_label
from .text_files import (AnnotationError, is_csv, read_csv, read_lines,
                         split_labels)

__all__ = [
    'AnnotationError', 'Annotations', 'fingerprint', 'read_classes',
    'read_list'
]


class Annotations(NamedTuple):
    """Videos of a list, in its order.

    Attributes:
        names: Names of the videos, N.
        labels: Class indices of each video, without repetition.
        lines: Line number of each video in the list, from 1.
    """
    names: List[str]
    labels: List[List[int]]
    lines: List[int]


def read_list(path: Union[str, Path],
              classes: Optional[Sequence[str]] = None,
              num_classes: Optional[int] = None,
              multi_class: bool = True) -> Annotations:
    """Read videos and their labels.

    Lines are ``name label[,label]``, where the labels are the last field and
    the name may contain spaces. A ``.csv`` has the columns ``video`` and
    ``label``; several labels are separated by ``;`` or ``|``. Labels are
    indices or names of ``classes``. A label that is the index of one class
    and the name of another is a fault;
    :func:`~projects_move.datasets.lists.labels.order_classes` avoids it.

    Args:
        path: The list.
        classes: Class names.
        num_classes: Upper bound of the indices; by default the number of
            ``classes``.
        multi_class: Whether a video may have several labels.

    Raises:
        AnnotationError: For a line without label, an unknown class, an index
            out of range, an ambiguous label, several labels with
            ``multi_class=False``, a repeated video, and an empty list.
    """
    path = Path(path)
    index = {name: i for i, name in enumerate(classes or ())}
    if num_classes is None and classes is not None:
        num_classes = len(classes)
    found, problems = Annotations([], [], []), []
    first: Dict[str, int] = {}
    rows = _csv_rows(path) if is_csv(path) else _list_rows(path)
    for number, name, texts, fault in rows:
        labels = []
        if not fault and name in first:
            fault = f'video {name!r} is already in line {first[name]}'
        for text in texts if not fault else ():
            label, fault = parse_label(text, index, num_classes)
            if fault:
                break
            if label not in labels:
                labels.append(label)
        if not fault and not multi_class and len(labels) > 1:
            fault = (f'video {name!r} has the labels {texts}, expected one '
                     '(multi_class=True allows several)')
        if fault:
            problems.append(f'line {number}: {fault}')
            continue
        first[name] = number
        found.names.append(name)
        found.labels.append(labels)
        found.lines.append(number)
    if problems:
        raise AnnotationError(path, problems)
    if not found.names:
        raise AnnotationError(path, ['the list is empty'])
    return found


def fingerprint(videos: Annotations) -> str:
    """SHA-256 of the lines ``name label[,label]``, in order."""
    digest = hashlib.sha256()
    for name, labels in zip(videos.names, videos.labels):
        digest.update(f"{name} {','.join(map(str, labels))}\n".encode())
    return digest.hexdigest()


Row = Tuple[int, str, List[str], str]  # line, video, labels, fault


def _list_rows(path: Path) -> Iterator[Row]:
    for number, line in enumerate(read_lines(path), 1):
        fields = line.rsplit(maxsplit=1)
        if len(fields) < 2:
            fault = f'expected "name label[,label]", got {line!r}'
            yield number, line, [], fault
        else:
            yield number, fields[0], fields[1].split(','), ''


def _csv_rows(path: Path) -> Iterator[Row]:
    for number, row in read_csv(path, ['label'], kinetics=False):
        name, label = row['video'], row['label']
        if name and label:
            yield number, name, split_labels(label), ''
        else:
            fault = f'expected a video and a label, got {dict(row)}'
            yield number, name or '', [], fault
