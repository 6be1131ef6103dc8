"""Reading of class names: a name a line, names with indices, csv, json."""
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from .class_indices import Pairs, classes_of_json, classes_of_pairs, pairs_of
from .text.decimals import parse_count, parse_whole
from .text.fields import BLANKS, split_first, split_last
from .text.files import AnnotationError, read_lines, read_text, split_lines
from .text.tables import DELIMITERS, SUFFIXES, read_rows

NAME_HEADERS = ('name', 'label', 'class', 'class_name', 'label_name', 'action')


class ClassFile(NamedTuple):
    """Class names in the order of their indices.

    Attributes:
        names: The names, S.
        first_index: Index of the first class in lists that belong to the
            file: 0, or 1 as in UCF101.
        format: What the file was taken for.
    """
    names: List[str]
    first_index: int = 0
    format: str = 'a name a line'


def read_classes(path: Union[str, Path]) -> List[str]:
    """Class names of a file; see :func:`read_class_file`."""
    return read_class_file(path).names


def read_class_file(path: Union[str, Path]) -> ClassFile:
    """Class names from a file of one name a line, ``index name``, ``name
    index`` or ``name index count`` lines, a csv of indices and names, a json
    list of names, or a json object of names and indices. Indices count from 0
    or 1.

    Raises:
        AnnotationError: For an empty or repeated name, and for indices that
            are repeated or have gaps.
    """
    path = Path(path)
    found = _read_any(path, read_text(path))
    problems, first = [], {}
    for number, name in enumerate(found.names, 1):
        if not name:
            problems.append(f'line {number}: no class name')
        elif name in first:
            problems.append(f'line {number}: class {name!r} is already in '
                            f'line {first[name]}')
        first.setdefault(name, number)
    if not found.names:
        problems = ['there is no class name']
    if problems:
        raise AnnotationError(path, problems)
    return found


def _read_any(path: Path, text: str) -> ClassFile:
    suffix = path.suffix.lower()
    if suffix in ('.yaml', '.yml'):
        raise AnnotationError(
            path, ['yaml is not supported: write a json list of the names'])
    if suffix == '.json' or text.lstrip()[:1] in ('[', '{'):
        return ClassFile(*classes_of_json(path, text))
    lines = split_lines(text.rstrip(f'\n{BLANKS}'))
    if lines and _parse_count_line(lines[0])[1] == 0:
        return ClassFile(
            _read_counts(path, lines)[0], 0, 'lines "name index count"')
    pairs = _table_pairs(path, lines)
    if suffix in SUFFIXES and len(pairs) == 0 and lines[1:] and lines[0].strip(
    ).lower() in NAME_HEADERS:
        rows = read_rows(path, lines[1:], '\0')
        return ClassFile([fields[0] for _, fields in rows], 0,
                         'a csv of names with a header')
    pairs += _line_pairs(lines)
    found = classes_of_pairs(path, pairs)
    if found is None and suffix in SUFFIXES and any(
            parse_whole(field) is not None for delimiter in DELIMITERS
            for line in lines for field in line.split(delimiter)[:-1]):
        raise AnnotationError(
            path,
            ['line 1: expected the columns id and name, got '
             f'{lines[0]!r}'])
    return ClassFile(
        *found) if found else ClassFile([line.strip(BLANKS) for line in lines])


def _table_pairs(path: Path, lines: List[str]) -> List[Pairs]:
    """Readings as a table of indices and names."""
    found = []
    for delimiter in ',;\t':
        if not lines or any(delimiter not in line for line in lines):
            continue
        try:
            rows = [fields for _, fields in read_rows(path, lines, delimiter)]
        except AnnotationError:
            if path.suffix.lower() in SUFFIXES:
                raise
            continue
        found += pairs_of(rows)
    return found


def _line_pairs(lines: List[str]) -> List[Pairs]:
    """Readings as lines of an index and a name."""
    found = []
    for what, split in (('name index', split_last), ('index name',
                                                     split_first)):
        pairs = [split(line) for line in lines]
        if pairs and all(first and second for first, second in pairs):
            texts = list(zip(*pairs))
            index = what.split().index('index')
            found.append(
                Pairs(f'lines "{what}"', texts[index], texts[1 - index]))
    return found


def read_count_file(path: Union[str, Path]) -> Tuple[List[str], np.ndarray]:
    """Class names and training videos per class from ``name index count``
    lines.

    Returns:
        Names in the order of their index, and counts, int64 ``(S,)``.

    Raises:
        AnnotationError: For a line of another form, and for indices other
            than 0, 1, 2, ...
    """
    return _read_counts(path, read_lines(path))


def _read_counts(path: Union[str, Path],
                 lines: Sequence[str]) -> Tuple[List[str], np.ndarray]:
    names, counts, problems = [], [], []
    for number, line in enumerate(lines, 1):
        name, index, count = _parse_count_line(line)
        if index is None or count is None:
            problems.append(f'line {number}: expected "name index count", '
                            f'got {line!r}')
            continue
        if index != number - 1:
            problems.append(f'line {number}: expected the index {number - 1}, '
                            f'got {index}')
        names.append(name)
        counts.append(count)
    if problems:
        raise AnnotationError(path, problems)
    return names, np.array(counts, dtype=np.int64)


def _parse_count_line(line: str) -> Tuple[str, Optional[int], Optional[int]]:
    """Name, index and count of a line; both numbers None for another line."""
    name, count = split_last(line)
    name, index = split_last(name)
    numbers = parse_whole(index), parse_count(count)
    if not name or None in numbers:
        return name, None, None
    return (name, *numbers)
