"""Reading of video names from lists that may lack labels.

A number at the end of a line belongs to the name or is a label; the files
that exist decide, then the form of the whole list.
"""
from pathlib import Path
from typing import Callable, Collection, List, Optional, Tuple

from projects_move.datasets.videos.video_files import is_video_file
from .formats.line_readings import read_tables
from .formats.recognize import read_structured
from .text.decimals import parse_whole
from .text.fields import BLANKS, split_last, split_numbers
from .text.files import AnnotationError

SETTLE = ("; --list-format names (list_format='names') takes each line for a "
          "name, --list-format list (list_format='list') drops the labels")


def read_names(path: Path,
               classes: Collection[str] = (),
               list_format: Optional[str] = None,
               exists: Optional[Callable[[str], bool]] = None) -> List[str]:
    """Names of the videos in a list, with or without labels, each once.

    Args:
        path: A list of any format of
            :data:`~projects_move.datasets.lists.formats.listing.FORMATS`.
        classes: Class names, which may be labels.
        list_format: Format of the list, if it cannot be recognized.
        exists: Whether the file of a name exists.

    Raises:
        AnnotationError: For an empty list, a row without video, and for lines
            that may be a name as well as a name with a label.
    """
    path = Path(path)
    listing, lines = read_structured(path, list_format)
    if listing is None:
        is_name = exists is not None and any(
            exists(line.strip(BLANKS)) for line in lines if line.strip(BLANKS))
        tables = [] if is_name else read_tables(path, lines)
        listing = next((each for each in tables if not each.problems), None)
    if listing is None:
        names = _names_of_lines(path, lines, set(classes), exists)
    else:
        if listing.problems:
            raise AnnotationError(path, [
                f'{listing.place} {line}: {fault}'
                for line, fault in listing.problems
            ])
        names = listing.names
    if not names:
        raise AnnotationError(path, ['the list is empty'])
    return list(dict.fromkeys(names))


def _names_of_lines(path: Path, lines: List[str], classes: Collection[str],
                    exists: Optional[Callable[[str], bool]]) -> List[str]:
    rows = [(number, line.strip(BLANKS))
            for number, line in enumerate(lines, 1) if line.strip(BLANKS)]
    options = [_options(line, classes) for _, line in rows]
    found = [[name for name in each if exists is not None and exists(name)]
             for each in options]
    problems = [
        f'line {number}: there are files of {" and of ".join(map(repr, each))}'
        f'{SETTLE}' for (number, _), each in zip(rows, found) if len(each) > 1
    ]
    if problems:
        raise AnnotationError(path, problems)
    if not any(found):
        return _names_by_form(path, rows, options)
    # a missing file is reported by its whole line, unless all that exist
    # have labels
    labelled = all(each[:1] != [line] for (_, line), each in zip(rows, found))
    return [
        each[0] if each else names[-1 if labelled else 0]
        for each, names in zip(found, options)
    ]


def _options(line: str, classes: Collection[str]) -> List[str]:
    """Names that a line may mean: the line, the line without its last number,
    without all numbers, or without its labels."""
    name, text = split_last(line)
    found = [line]
    if name and all(
            parse_whole(label) is not None or label in classes
            for label in text.split(',')):
        found += [name, split_numbers(line)[0]]
    return list(dict.fromkeys(found))


def _names_by_form(path: Path, rows: List[Tuple[int, str]],
                   options: List[List[str]]) -> List[str]:
    """Names of a list without files: its form must tell."""
    if any(len(names) == 1 for names in options):
        return [line for _, line in rows]  # not every line has a label
    heads = [names[1] for names in options]
    labels = [split_last(line)[1] for _, line in rows]
    if any(map(is_video_file, heads)) or any(
            parse_whole(label) is None for label in labels):
        return [names[-1] for names in options]
    if len(set(heads)) < len(heads):
        return [line for _, line in rows]  # a list names a video once
    number, line = rows[0]
    raise AnnotationError(path, [
        f'line {number}: {line!r} may be a name, or the name {heads[0]!r} and '
        f'a label, and no such file exists{SETTLE}'
    ])
