"""The one reader of lists: recognizes the format and reads the rows.

A format is recognized by the whole content. Lines that fit several formats are
left to :mod:`.line_readings`.
"""
from pathlib import Path
from typing import List, Optional, Tuple, Union

from projects_move.errors import InputError, MissingInputError
from ..text.files import AnnotationError, read_text, split_lines
from ..text.json_text import parse_json
from .class_folders import read_class_folders
from .json_lists import json_format, read_json
from .line_lists import PARSERS, read_lines_as
from .line_readings import Evidence, choose_reading, without_header
from .listing import FORMATS, Listing, split_format
from .split_files import read_split_files, split_files_format
from .table_lists import (check_no_header, common_delimiters, find_header,
                          read_headerless, read_table)


def read_listing(path: Union[str, Path],
                 list_format: Optional[str] = None,
                 evidence: Evidence = Evidence()) -> Listing:
    """Rows of a list of videos.

    Args:
        path: A file or folder.
        list_format: A key of :data:`~.listing.FORMATS`, with an option such as
            ``csv:path,action`` or ``ucf101:1``; None to recognize it.
        evidence: What is known beside the list.

    Raises:
        MissingInputError: If the path does not exist.
        AnnotationError: For a torn file, another encoding, and a list that
            may be of several formats.
        InputError: For an unknown format and for folders without videos.
    """
    path = Path(path)
    listing, lines = read_structured(path, list_format)
    return listing or choose_reading(path, lines, evidence)


def read_structured(path: Path,
                    list_format: Optional[str] = None
                    ) -> Tuple[Optional[Listing], List[str]]:
    """Rows of a list whose format does not depend on evidence, or None and the
    lines of the list. Arguments and errors of :func:`read_listing`."""
    path = Path(path)
    kind, option = split_format(list_format) if list_format else (None, '')
    if _is_folder(path):
        return _read_folder(path, kind, option), []
    text = read_text(path)
    if not text.strip():
        raise AnnotationError(path, ['the list is empty'])
    if kind is None and split_files_format(path) or kind == 'hmdb51':
        return read_split_files(path, 'hmdb51', option), []
    if kind in ('ucf101', 'class-folders', 'split-folders'):
        raise InputError(f'{path}: {kind} is a format of a folder')
    listing = _read_json(path, text, kind, option)
    lines = [] if listing else split_lines(text)
    return listing or _read_headed(path, lines, kind, option), lines


def _is_folder(path: Path) -> bool:
    try:
        if path.exists():
            return path.is_dir()
    except (OSError, ValueError) as error:
        raise InputError(f'{path} cannot be read: {error}') from error
    raise MissingInputError(f'expected a folder, csv or list, but {path} does '
                            'not exist')


def _read_folder(path: Path, kind: Optional[str], option: str) -> Listing:
    found = kind or split_files_format(path)
    if found in ('ucf101', 'hmdb51'):
        return read_split_files(path, found, option)
    if kind not in (None, 'class-folders', 'split-folders'):
        raise InputError(f'{path}: {kind} is a format of a file')
    return read_class_folders(path, kind)


def _read_json(path: Path, text: str, kind: Optional[str],
               option: str) -> Optional[Listing]:
    """List of a json, None for another file."""
    formats = ('activitynet', 'kinetics-json', 'something', 'records')
    if kind in formats:
        return read_json(path, parse_json(path, text), kind, option)
    if kind or text.lstrip()[:1] not in ('[', '{'):
        if path.suffix.lower() == '.json' and not kind:
            raise AnnotationError(path, ['a json list begins with [ or {'])
        return None
    try:
        value = parse_json(path, text)
    except AnnotationError:
        if path.suffix.lower() == '.json' or text.lstrip()[0] == '{':
            raise
        return None  # the name of a video may begin with a bracket
    found = json_format(value)
    if found is None:
        raise AnnotationError(path, [
            'json of no known list of videos: expected '
            f'{", ".join(FORMATS[each] for each in formats)}'
        ])
    return read_json(path, value, found, option)


def _read_headed(path: Path, lines: List[str], kind: Optional[str],
                 option: str) -> Optional[Listing]:
    """List of a named format or of a table with a header, None for another
    file."""
    if kind in PARSERS:
        return read_lines_as(kind, path, *without_header(lines))
    if kind is None and not find_header(path, lines):
        check_no_header(path, lines)
        return None
    delimiter = find_header(path, lines) or ''.join(
        common_delimiters(lines)[:1]) or ','
    if kind == 'csv-no-header':
        return read_headerless(path, lines, delimiter)
    return read_table(path, lines, delimiter, option)
