"""Strict reading of tables: csv, tsv and other separators."""
import csv
from pathlib import Path
from typing import List, Tuple

from .fields import BLANKS
from .files import AnnotationError

SUFFIXES = ('.csv', '.tsv')
DELIMITERS = {'\t': 'tabs', ',': 'commas', ';': 'semicolons'}

Row = Tuple[int, List[str]]  # first line from 1, fields


def read_rows(path: Path, lines: List[str], delimiter: str) -> List[Row]:
    """Rows of a table, without blank ones; blanks around a field are removed.

    Raises:
        AnnotationError: For a quote that does not close, for text after a
            closing quote, and for a quoted field that seems to contain other
            rows, with the line where the row begins.
    """
    reader = csv.reader((f'{line}\n' for line in lines),
                        delimiter=delimiter,
                        skipinitialspace=True,
                        strict=True)
    rows, start = [], 0
    try:
        for fields in reader:
            if reader.line_num > start + 1:
                _check_line_breaks(path, fields, delimiter, start + 1,
                                   reader.line_num)
            fields = [text.strip(f'{BLANKS}\n') for text in fields]
            if any(fields):
                rows.append((start + 1, fields))
            start = reader.line_num
    except csv.Error as error:
        raise AnnotationError(path, [
            f'line {start + 1}: torn row, a quote is not closed or is followed'
            f' by other text ({error})'
        ]) from error
    return rows


def _check_line_breaks(path: Path, fields: List[str], delimiter: str,
                       first: int, last: int) -> None:
    """Refuse a quoted field with line breaks that holds as many delimiters as
    the rows would, which two stray quotes join."""
    for text in fields:
        breaks = text.rstrip('\n').count('\n')
        if breaks and text.count(delimiter) >= breaks * (len(fields) - 1):
            raise AnnotationError(path, [
                f'line {first}: torn row, a quoted field of lines {first} to '
                f'{last} seems to contain other rows; remove the stray quotes '
                'or the line breaks of the field'
            ])


def is_table_file(path: Path) -> bool:
    """Whether a file has the suffix of a table."""
    return path.suffix.lower() in SUFFIXES


def normalize(name: str) -> str:
    """Name of a column in small letters.

    Example:
        >>> normalize(' Video ID')
        'video_id'
    """
    return name.strip().lower().replace(' ', '_').replace('-', '_')
