"""Reading lists of videos and classes.

Every fault of a list is reported with its file and line; all of them at once.
"""
import csv
import hashlib
from pathlib import Path
from typing import (Dict, Iterable, List, NamedTuple, Optional, Sequence,
                    Tuple, Union)

import numpy as np

MAX_SHOWN = 20
ENCODING = 'utf-8-sig'  # with or without the mark that some editors set


class AnnotationError(ValueError):
    """Faults of a list, each with its line.

    Attributes:
        problems: One text a fault.
    """

    def __init__(self, path: Path, problems: List[str]) -> None:
        self.problems = problems
        shown = '\n  '.join(problems[:MAX_SHOWN])
        more = len(problems) - MAX_SHOWN
        tail = f'\n  ... and {more} more' if more > 0 else ''
        super().__init__(f'{path}: {len(problems)} faulty '
                         f"{'line' if len(problems) == 1 else 'lines'}\n  "
                         f'{shown}{tail}')


class Annotations(NamedTuple):
    """Videos of a list, in its order.

    Attributes:
        names: Of the videos.
        labels: Of each video, without repetition.
        lines: Of the list, from 1.
    """
    names: List[str]
    labels: List[List[int]]
    lines: List[int]


def read_classes(path: Union[str, Path]) -> List[str]:
    """Class names, one a line, or of ``name index count`` lines.

    Raises:
        AnnotationError: For an empty or repeated name.
    """
    if _is_count_file(Path(path)):
        return read_count_file(path)[0]
    names = [line.strip() for line in _lines(path)]
    problems, first = [], {}
    for number, name in enumerate(names, 1):
        if not name:
            problems.append(f'line {number}: no class name')
        elif name in first:
            problems.append(f'line {number}: class {name!r} stands in line '
                            f'{first[name]} already')
        first.setdefault(name, number)
    if problems:
        raise AnnotationError(path, problems)
    return names


def read_count_file(path: Union[str, Path]) -> Tuple[List[str], np.ndarray]:
    """Names and training videos of lines ``name index count``.

    Returns:
        Names in the order of their index, and counts, int64 ``(S,)``.

    Raises:
        AnnotationError: For a line of another form, or for indices other than
            0, 1, 2, ...
    """
    names, counts, problems = [], [], []
    for number, line in enumerate(_lines(path), 1):
        fields = line.rsplit(maxsplit=2)
        try:
            name, index, count = fields[0], int(fields[1]), float(fields[2])
        except (IndexError, ValueError):
            problems.append(f'line {number}: expected "name index count", '
                            f'got {line!r}')
            continue
        if index != number - 1:
            problems.append(f'line {number}: expected the index {number - 1}, '
                            f'got {index}')
        names.append(name)
        counts.append(int(count))
    if problems:
        raise AnnotationError(path, problems)
    return names, np.array(counts, dtype=np.int64)


def read_list(path: Union[str, Path],
              classes: Optional[Sequence[str]] = None,
              num_classes: Optional[int] = None,
              multi_class: bool = True) -> Annotations:
    """Videos and their labels.

    Lines are ``name label[,label]``, where the labels are the last field and
    the name may hold spaces; or, in a ``.csv``, the columns ``video`` and
    ``label``, several labels parted by ``;`` or ``|``. Labels are indices or
    names of ``classes``; one that is both, of two classes, is a fault. There
    are none in the order of :func:`order_classes`.

    Args:
        path: The list.
        classes: Class names.
        num_classes: Of labels that are indices; by default as many as
            ``classes``.
        multi_class: Whether a video may have several labels.

    Raises:
        AnnotationError: For a line without label, an unknown class, a label
            out of range or of two readings, several labels where one is
            allowed, a repeated video, an empty line.
    """
    path = Path(path)
    index = {name: i for i, name in enumerate(classes or ())}
    if num_classes is None and classes is not None:
        num_classes = len(classes)
    rows = _csv_rows(path) if path.suffix.lower() == '.csv' else _list_rows(
        path)
    found, problems = Annotations([], [], []), []
    first: Dict[str, int] = {}
    for number, name, tokens, fault in rows:
        parsed = []
        if not fault and name in first:
            fault = f'video {name!r} stands in line {first[name]} already'
        for token in tokens if not fault else ():
            label, fault = _parse_label(token, index, num_classes)
            if fault:
                break
            if label not in parsed:
                parsed.append(label)
        if not fault and not multi_class and len(parsed) > 1:
            fault = (f'video {name!r} has the labels {tokens}, expected one '
                     '(multi_class=True allows several)')
        if fault:
            problems.append(f'line {number}: {fault}')
            continue
        first[name] = number
        found.names.append(name)
        found.labels.append(parsed)
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


def order_classes(names: Iterable[str]) -> List[str]:
    """Sorted names, but a number that is an index of these classes in its
    own place, so that every label of a list has one reading.

    Example:
        >>> order_classes(['1', '2', '10'])
        ['10', '1', '2']
    """
    names = sorted(set(names))
    fixed = {_as_index(name, len(names)): name for name in names}
    fixed.pop(None, None)
    others = iter([name for name in names if name not in fixed.values()])
    return [
        fixed[i] if i in fixed else next(others) for i in range(len(names))
    ]


def _as_index(token: str, num_classes: int) -> Optional[int]:
    """The index that a token is, written as one writes numbers."""
    usual = token.isascii() and token.isdigit() and str(int(token)) == token
    return int(token) if usual and int(token) < num_classes else None


def _parse_label(token: str, index: Dict[str, int],
                 num_classes: Optional[int]) -> Tuple[int, str]:
    if token in index:
        label, other = index[token], _as_index(token, len(index))
        if other in (None, label):
            return label, ''
        return -1, (f'label {token!r} is the name of class {label} and the '
                    f'index of class {list(index)[other]!r}: have the name at '
                    f'index {other} of the classes, or another name')
    try:
        label = int(token)
    except ValueError:
        known = 'is no class' if index else 'is no class index'
        return -1, f'label {token!r} {known}'
    if label < 0 or num_classes is not None and label >= num_classes:
        last = '' if num_classes is None else f' to {num_classes - 1}'
        return -1, f'label {label} is out of range, expected 0{last}'
    return label, ''


def _list_rows(path: Path):
    for number, line in enumerate(_lines(path), 1):
        fields = line.rsplit(maxsplit=1)
        if len(fields) < 2:
            fault = f'expected "name label[,label]", got {line!r}'
            yield number, line, (), fault
        else:
            yield number, fields[0], fields[1].split(','), ''


def _csv_rows(path: Path):
    with open(path, newline='', encoding=ENCODING) as file:
        reader = csv.DictReader(file)
        missing = {'video', 'label'} - set(reader.fieldnames or ())
        if missing:
            raise AnnotationError(path, [
                f'line 1: expected the columns video and label, got '
                f'{reader.fieldnames}'
            ])
        for row in reader:
            name, label = row['video'], row['label']
            if not name or not label:
                yield (reader.line_num, name or '', (),
                       f'expected a video and a label, got {dict(row)}')
                continue
            tokens = label.replace('|', ';').split(';')
            yield (reader.line_num, name, [token.strip()
                                           for token in tokens], '')


def _is_count_file(path: Path) -> bool:
    with open(path, encoding=ENCODING) as file:
        fields = file.readline().rsplit(maxsplit=2)
    return len(fields) == 3 and fields[1] == '0' and fields[2].replace(
        '.', '', 1).isdigit()


def _lines(path: Union[str, Path]) -> List[str]:
    return Path(path).read_text(encoding=ENCODING).splitlines()
