"""Choice between the readings of lines that fit several formats.

The readings stay whose videos exist, whose labels are valid, whose names end
with the suffix of a video and whose videos are not repeated, in this order. If
several are left, the list is refused and the caller must name the format.
"""
import re
from pathlib import Path
from typing import Callable, List, NamedTuple, Optional, Tuple

from projects_move.datasets.videos.video_files import is_video_file
from ..text.decimals import NUMBER, parse_whole
from ..text.fields import split_last
from ..text.files import AnnotationError
from ..text.tables import DELIMITERS, is_table_file, normalize
from .columns import LABEL, VIDEO, missing_columns
from .line_lists import is_name, read_lines_as
from .listing import FORMATS, Listing
from .table_lists import common_delimiters, read_headerless

SAMPLE = 50  # rows that are looked for in the folder of videos
TWO_NUMBERS = re.compile(rf'[ \t]{NUMBER}[ \t]+{NUMBER}[ \t]*$', re.MULTILINE)


class Evidence(NamedTuple):
    """What is known beside a list, to choose between its readings.

    Attributes:
        is_label: Whether a text is a label; None if unknown.
        has_video: Whether a video of a name exists; None if unknown.
        has_folder: Whether a folder of a name exists; None if unknown.
    """
    is_label: Optional[Callable[[str], bool]] = None
    has_video: Optional[Callable[[str], bool]] = None
    has_folder: Optional[Callable[[str], bool]] = None


def choose_reading(path: Path, lines: List[str],
                   evidence: Evidence) -> Listing:
    """List of lines without a header, or with the header ``video label``.

    Raises:
        AnnotationError: For a torn table, and if several readings are left.
    """
    first = next(i for i, line in enumerate(lines) if line.strip())
    lines, header = without_header(lines)
    tables = [] if header else read_tables(path, lines)
    whole = [each for each in tables if not each.problems]
    readings = _filter(
        path, whole + _read_lines(path, lines, header, whole, evidence),
        evidence)
    if len(readings) > 1:
        raise AnnotationError(path, [_ambiguous(readings)])
    if not readings or is_table_file(path) and readings[0].problems:
        for table in tables:
            if table.names:
                return table  # with the problems of other rows
        raise AnnotationError(path,
                              [missing_columns(first + 1, [lines[first]])])
    return readings[0]


def without_header(lines: List[str]) -> Tuple[List[str], bool]:
    """Lines with a blank one instead of a header ``video label``, and whether
    there was a header."""
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    video, label = map(normalize, split_last(lines[first]))
    if video in VIDEO[0] and label in LABEL[0]:
        return [*lines[:first], '', *lines[first + 1:]], True
    return lines, False


def read_tables(path: Path, lines: List[str]) -> List[Listing]:
    """Readings as a table of video and label, also those with problems."""
    found = []
    for delimiter in common_delimiters(lines):
        try:
            listing = read_headerless(path, lines, delimiter)
        except AnnotationError:
            if is_table_file(path):
                raise
            continue
        if not any(
                is_video_file(text) for row in listing.labels for text in row):
            found.append(listing)
    return found


def _read_lines(path: Path, lines: List[str], header: bool,
                tables: List[Listing], evidence: Evidence) -> List[Listing]:
    """Readings as lines of a name and what follows it."""
    if not tables and all(map(is_name, lines)):
        return [read_lines_as('names', path, lines)]
    listing = read_lines_as('list', path, lines, header)
    if is_table_file(path) and not _all_numbers(listing) and any(
            delimiter in line for line in lines for delimiter in DELIMITERS):
        return []  # a torn table
    if tables:
        return [listing] if _may_be_list(listing, tables) else []
    formats = []
    if TWO_NUMBERS.search('\n'.join(lines)) and all(
            len(row) == 1 for row in listing.labels):
        formats += ['multilabel', 'rawframes', 'rawframes-offset']
    if evidence.has_video is not None and _may_be_names(listing):
        formats.append('names')
    others = [read_lines_as(each, path, lines, header) for each in formats]
    return [listing] + [
        each for each in others if not each.problems and all(each.labels)
    ]


def _may_be_list(listing: Listing, tables: List[Listing]) -> bool:
    """Whether lines that fit a table may be names and labels instead."""
    if listing.problems or any(
        (listing.names, listing.labels) == (table.names, table.labels)
            for table in tables):
        return False
    text = '\n'.join(listing.names)
    return '\t' not in text and (not _has_delimiter(text)
                                 or _all_numbers(listing)
                                 or all(map(is_video_file, listing.names)))


def _has_delimiter(text: str) -> bool:
    return any(delimiter in text for delimiter in DELIMITERS)


def _may_be_names(listing: Listing) -> bool:
    """Whether the last fields may belong to the names."""
    return len(set(listing.names)) < len(
        listing.names) or not _all_numbers(listing)


def _all_numbers(listing: Listing) -> bool:
    """Whether all labels are numbers."""
    return all(
        parse_whole(text) is not None for row in set(listing.labels)
        for text in row)


def _filter(path: Path, readings: List[Listing],
            evidence: Evidence) -> List[Listing]:
    for test in (_has_files, _has_valid_labels, _has_video_suffixes,
                 _has_unique_names):
        if len(readings) > 1:
            fits = [test(each, evidence) for each in readings]
            readings = [
                each for each, fit in zip(readings, fits)
                if fit or not any(fits)
            ]
    lists = [each for each in readings if each.format == 'list']
    if lists and len(readings) > 1:
        # names need files as evidence, and a list of commas is no table
        is_list = path.suffix.lower() in (
            '.lst', '.txt') and not _has_delimiter(''.join(lists[0].names))
        weak = ['names', 'csv-no-header'] if is_list else ['names']
        readings = [each for each in readings if each.format not in weak]
    return readings


def _has_files(listing: Listing, evidence: Evidence) -> bool:
    """Whether any of some videos exists. Videos may stand where a list of raw
    frames with one label a line has folders."""
    tests = [evidence.has_video]
    if listing.format.startswith('rawframes'):
        tests = [evidence.has_folder]
        if listing.format == 'rawframes' and all(
                len(row) == 1 for row in listing.labels):
            tests.append(evidence.has_video)
    names = listing.names[::max(len(listing.names) // SAMPLE, 1)]
    return any(
        any(map(exists, names)) for exists in tests if exists is not None)


def _has_valid_labels(listing: Listing, evidence: Evidence) -> bool:
    return evidence.is_label is not None and all(
        map(evidence.is_label,
            {text
             for row in listing.labels
             for text in row}))


def _has_video_suffixes(listing: Listing, evidence: Evidence) -> bool:
    return not listing.format.startswith('rawframes') and all(
        map(is_video_file, listing.names))


def _has_unique_names(listing: Listing, evidence: Evidence) -> bool:
    return len(set(listing.names)) == len(listing.names)


def _ambiguous(readings: List[Listing]) -> str:
    texts = [
        f'{each.format} ({FORMATS[each.format]}: video {each.names[0]!r}, '
        f'labels {", ".join(each.labels[0])})' for each in readings
    ]
    return (f'line {readings[0].lines[0]}: may be read as '
            f'{" or as ".join(texts)}; --list-format NAME (list_format=NAME) '
            'chooses')
