"""Class names that a file gives with their indices."""
from pathlib import Path
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from .text.decimals import parse_whole
from .text.files import AnnotationError
from .text.json_text import parse_json
from .text.tables import normalize

INDICES = ('id', 'index', 'idx', 'label_id', 'class_id', 'class_index',
           'label_index', 'label', 'class')
NAMES = ('name', 'class_name', 'label_name', 'action', 'label', 'class')
SETTLE = ('; write a json list of the names, ["NAME", ...], if the numbers '
          'belong to the names')

Found = Tuple[List[str], int, str]  # names, first index, what it was taken for


class Pairs(NamedTuple):
    """A reading of a file as indices and names, of S texts each."""
    format: str
    indices: Sequence[str]
    names: Sequence[str]


def pairs_of(rows: List[List[str]]) -> List[Pairs]:
    """Readings of a table with or without a header."""
    header = [normalize(name) for name in rows[0]] if rows else []
    if len({len(row) for row in rows}) != 1 or len(header) < 2:
        return []
    found = [
        Pairs(f'a table of the columns {index} and {name}',
              [row[header.index(index)] for row in rows[1:]],
              [row[header.index(name)] for row in rows[1:]])
        for index in INDICES for name in NAMES
        if index != name and index in header and name in header
    ]
    if found:
        return found
    if len(header) != 2:
        return []
    first, second = zip(*rows)
    return [
        Pairs('a table of index and name', first, second),
        Pairs('a table of name and index', second, first)
    ]


def classes_of_pairs(path: Path, readings: List[Pairs]) -> Optional[Found]:
    """Names in the order of their indices; None if no reading has numbers.

    Raises:
        AnnotationError: If a reading has numbers that are no indices, and
            none has indices.
    """
    faulty = None
    for format, texts, names in readings:
        indices = [parse_whole(text) for text in texts]
        if not indices or None in indices:
            continue
        first = min(indices)
        if first in (0, 1) and sorted(indices) == list(
                range(first, first + len(indices))):
            ordered = [name for _, name in sorted(zip(indices, names))]
            if len(set(names)) == len(names):
                return ordered, first, f'{format}, from {first}'
        else:
            faulty = faulty or (format, ', '.join(map(str, indices[:8])))
    if faulty:
        format, shown = faulty
        raise AnnotationError(path, [
            f'{format}: expected the indices 0, 1, 2, ... or 1, 2, 3, ..., '
            f'each once, got {shown}{SETTLE}'
        ])
    return None


def classes_of_json(path: Path, text: str) -> Found:
    """Class names of a json list of names, or of an object of names and
    indices in either order.

    Raises:
        AnnotationError: For any other value.
    """
    value = parse_json(path, text)
    if isinstance(value, list) and all(
            isinstance(name, str) for name in value):
        return [name.strip() for name in value], 0, 'a json list of names'
    if isinstance(value, dict) and value:
        keys = list(value)
        values = [_index_text(each) for each in value.values()]
        found = None if None in values else classes_of_pairs(
            path, [
                Pairs('a json object of names and indices', values, keys),
                Pairs('a json object of indices and names', keys, values)
            ])
        if found:
            return found
    raise AnnotationError(path, [
        'expected a json list of class names, or an object of names and '
        f'indices, got {str(value)[:100]}'
    ])


def _index_text(value: Any) -> Optional[str]:
    """Text of an index or a name; None for any other value."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None
