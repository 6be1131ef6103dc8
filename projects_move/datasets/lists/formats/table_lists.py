"""Lists that are tables: with a header, without one, Kinetics' csv."""
from pathlib import Path
from typing import List, Sequence, Tuple

from ..text.decimals import parse_whole
from ..text.files import AnnotationError
from ..text.tables import DELIMITERS, Row, is_table_file, read_rows
from .columns import (Columns, find_columns, has_column_name, has_video_column,
                      missing_columns)
from .listing import Listing, counted


def find_header(path: Path, lines: List[str]) -> str:
    """Delimiter of the header of a table; empty without header.

    Raises:
        AnnotationError: For a header that reads with several delimiters.
    """
    first = next((line for line in lines if line.strip()), '')
    found = []
    for delimiter in DELIMITERS:
        if delimiter not in first and not (delimiter == ','
                                           and is_table_file(path)):
            continue
        try:
            header = read_rows(path, lines[:_header_lines(lines)], delimiter)
        except AnnotationError:
            if is_table_file(path):
                raise
            continue
        if header and has_video_column(header[0][1]):
            found.append(delimiter)
    if len(found) > 1:
        raise AnnotationError(path, [
            'line 1: the columns may be separated by ' +
            ' or by '.join(DELIMITERS[each] for each in found)
        ])
    return found[0] if found else ''


def check_no_header(path: Path, lines: List[str]) -> None:
    """Refuse a table whose first row may be a header without a column of
    videos.

    Raises:
        AnnotationError: For such a row.
    """
    for delimiter in DELIMITERS if is_table_file(path) else common_delimiters(
            lines):
        rows = read_rows(path, lines[:_header_lines(lines)], delimiter)
        if rows and has_column_name(rows[0][1]):
            raise AnnotationError(path, [missing_columns(*rows[0])])


def common_delimiters(lines: List[str]) -> List[str]:
    """Delimiters that every line contains, but for blank lines."""
    return [
        each for each in DELIMITERS
        if all(each in line for line in lines if line.strip())
    ]


def _header_lines(lines: List[str]) -> int:
    """Lines up to the end of the first row, whose fields may be quoted."""
    quotes = 0
    for number, line in enumerate(lines, 1):
        quotes += line.count('"')
        if line.strip() and quotes % 2 == 0:
            return number
    return len(lines)


def read_table(path: Path, lines: List[str], delimiter: str,
               option: str) -> Listing:
    """List of a table with a header.

    Raises:
        AnnotationError: For a torn row and for missing or repeated columns.
    """
    rows = read_rows(path, lines, delimiter)
    if not rows:
        raise AnnotationError(path, ['the list is empty'])
    (line, header), *rows = rows
    columns = find_columns(path, line, header, option)
    listing = Listing(path, 'kinetics' if columns.is_kinetics else 'csv')
    listing.notes.append('columns separated by ' + DELIMITERS[delimiter])
    expected = ('a youtube_id and times in whole seconds'
                if columns.is_kinetics else 'a video')
    add_rows(listing, rows, columns, header, expected)
    count_lines(listing, lines, rows)
    return listing


def read_headerless(path: Path, lines: List[str], delimiter: str) -> Listing:
    """List of a table of the columns video and label without header.

    Raises:
        AnnotationError: For a torn row.
    """
    rows = read_rows(path, lines, delimiter)
    listing = Listing(path, 'csv-no-header')
    listing.notes.append('columns separated by ' + DELIMITERS[delimiter])
    add_rows(listing, rows, Columns([0], 1, None), ['video', 'label'],
             'a video')
    count_lines(listing, lines, rows)
    return listing


def add_rows(listing: Listing, rows: List[Row], columns: Columns,
             header: Sequence[str], expected: str) -> None:
    """Add the rows of a table to a list."""
    size = len(header)
    for line, fields in rows:
        if len(fields) != size:
            listing.problems.append(
                (line, f'expected {size} columns ({", ".join(header)}), got '
                 f'{len(fields)}: {fields}'))
            continue
        name = columns.video_name(fields)
        if not name:
            listing.problems.append(
                (line, f'no video: expected {expected}, got {fields}'))
            continue
        label = '' if columns.label is None else fields[columns.label]
        split = '' if columns.split is None else fields[columns.split]
        listing.add(line, name, split_labels(label), split)


def split_labels(text: str) -> Tuple[str, ...]:
    """Labels of a field, separated by ``;`` or ``|``, or numbers by ``,``.

    Example:
        >>> split_labels('run; long jump|run'), split_labels('1,3')
        (('run', 'long jump', 'run'), ('1', '3'))
        >>> split_labels('holding a cup, falling')
        ('holding a cup, falling',)
    """
    parts = text.split(',')
    if len(parts) == 1 or any(
            parse_whole(part.strip()) is None for part in parts):
        parts = text.replace('|', ';').split(';')
    return tuple(part.strip() for part in parts if part.strip())


def count_lines(listing: Listing, lines: List[str], rows: List[Row]) -> None:
    """Count the lines that hold rows: all but blank ones and the header."""
    blank = sum(not line.strip() for line in lines)
    header = listing.format != 'csv-no-header'
    listing.total = len(lines) - blank - header
    if blank:
        listing.notes.append(counted(blank, 'blank line'))
    listing.spans_lines = listing.total > len(rows)
