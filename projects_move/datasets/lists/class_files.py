"""Reading of class names."""
from pathlib import Path
from typing import List, Tuple, Union

import numpy as np

from .text_files import AnnotationError, read_lines


def read_classes(path: Union[str, Path]) -> List[str]:
    """Class names from a file of one name per line or of ``name index
    count`` lines.

    Raises:
        AnnotationError: For an empty or repeated name.
    """
    lines = read_lines(path)
    if _is_count_line(lines[0] if lines else ''):
        return read_count_file(path)[0]
    names = [line.strip() for line in lines]
    problems, first = [], {}
    for number, name in enumerate(names, 1):
        if not name:
            problems.append(f'line {number}: no class name')
        elif name in first:
            problems.append(f'line {number}: class {name!r} is already in '
                            f'line {first[name]}')
        first.setdefault(name, number)
    if problems:
        raise AnnotationError(path, problems)
    return names


def read_count_file(path: Union[str, Path]) -> Tuple[List[str], np.ndarray]:
    """Class names and training videos per class from ``name index count``
    lines.

    Returns:
        Names in the order of their index, and counts, int64 ``(S,)``.

    Raises:
        AnnotationError: For a line of another form, and for indices other
            than 0, 1, 2, ...
    """
    names, counts, problems = [], [], []
    for number, line in enumerate(read_lines(path), 1):
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


def _is_count_line(line: str) -> bool:
    fields = line.rsplit(maxsplit=2)
    return len(fields) == 3 and fields[1] == '0' and fields[2].replace(
        '.', '', 1).isdigit()
