"""Reading of result files, which an interruption or an editor may tear."""
import csv
import io
import math
import re
from pathlib import Path
from typing import Dict, List, Optional

from projects_move.errors import InputError, MissingInputError
from .escape import from_csv
from .json_object import read_json_object
from .regular_file import RegularFile

MAX_COUNT = 2**53  # exact as a float


def read_metrics(path: Path) -> Dict[str, float]:
    """Metrics by name; a metric that is null or NaN is left out.

    Raises:
        InputError: See :func:`read_json_object`, and for a value that is no
            number.
    """
    metrics = {}
    for name, value in read_json_object(path).items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InputError(f'{path}: expected a number for {name!r}, found '
                             f'{value!r}')
        try:
            number = float(value)
        except OverflowError:
            raise InputError(f'{path}: {name!r} is too large') from None
        if math.isfinite(number):
            metrics[name] = number
    if not metrics:
        raise InputError(f'{path}: expected metrics, found none')
    return metrics


def read_provenance(path: Path) -> dict:
    """Provenance of a run: commit, versions and the arguments of the run.

    Raises:
        InputError: See :func:`read_json_object`, and for another content.
    """
    found = read_json_object(path)
    for key, kind in (('commit', str), ('versions', dict)):
        if not isinstance(found.get(key), kind):
            raise InputError(f'{path}: expected a {kind.__name__} under '
                             f'{key!r}, found {found.get(key)!r}')
    arguments = found.get('arguments', [])
    if not isinstance(arguments, list) or not all(
            isinstance(each, str) for each in arguments):
        raise InputError(f'{path}: expected a list of texts under '
                         f"'arguments', found {arguments!r}")
    return found


def read_per_class(path: Path) -> List[dict]:
    """Results of each class: ``name``, ``training_videos`` and ``ap``;
    ``group`` and ``test_videos``, which are None in a file without them; and
    ``acc1`` and the like where the file has them. AP and accuracy of a class
    without a test video are NaN.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For a file without the first three columns, and a row
            without numbers, with its line.
    """
    reader = csv.DictReader(
        io.StringIO(read_text(path), newline=''), strict=True)
    rows = []
    try:
        columns = {'name', 'training_videos', 'ap'}
        if not columns.issubset(reader.fieldnames or ()):
            raise ValueError(f'expected the columns {sorted(columns)}, found '
                             f'{reader.fieldnames}')
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f'expected {len(reader.fieldnames)} fields, '
                                 f'found {row}')
            rows.append(
                dict(
                    {
                        key: _share(value)
                        for key, value in row.items()
                        if key == 'ap' or re.fullmatch(r'acc\d+', key)
                    },
                    name=from_csv(row['name']),
                    group=row.get('group'),
                    training_videos=_count(row['training_videos']),
                    test_videos=_count(row.get('test_videos'))))
    except (ValueError, csv.Error) as error:
        raise InputError(f'{path}: line {reader.line_num}: {error}') from error
    if not rows:
        raise InputError(f'{path}: expected a row for each class, found none')
    return rows


def _count(cell: Optional[str]) -> Optional[int]:
    if cell is None:
        return None
    count = int(cell)
    if not 0 <= count <= MAX_COUNT:
        raise ValueError(f'expected a number of videos, found {cell}')
    return count


def _share(cell: Optional[str]) -> Optional[float]:
    if cell is None:
        return None
    share = float(cell or 'nan')
    if not (math.isnan(share) or 0 <= share <= 1):
        raise ValueError(f'expected a number between 0 and 1, found {cell}')
    return share


def read_text(path: Path) -> str:
    """Text of a file in UTF-8.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For a file that cannot be read.
    """
    try:
        return RegularFile(str(path)).read().decode('utf-8-sig')
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingInputError(f'there is no file {path}') from error
    except (OSError, ValueError) as error:
        raise InputError(f'{path} cannot be read: {error}') from error
