"""Lists whose lines are a name and, after blanks, labels or numbers."""
from pathlib import Path, PurePosixPath
from typing import Callable, Dict, List, Tuple

from projects_move.datasets.videos.video_files import is_video_file
from ..text.fields import BLANKS, split_last, split_numbers
from ..text.tables import DELIMITERS
from .listing import Listing, counted


def is_name(line: str) -> bool:
    """Whether a line is a name without labels: it ends with the suffix of a
    video, or is one field without delimiters."""
    head, last = split_last(line)
    return is_video_file(last) or not head and not any(
        delimiter in last for delimiter in DELIMITERS)


def read_lines_as(format: str,
                  path: Path,
                  lines: List[str],
                  header: bool = False) -> Listing:
    """List of lines of a format.

    Args:
        format: A key of :data:`PARSERS`.
        path: The list.
        lines: Its lines.
        header: Whether one of the blank lines stands for a header.
    """
    listing = Listing(path, format)
    blank = PARSERS[format](listing, lines)
    listing.total = len(lines) - blank
    if header:
        listing.notes.append('with a header')
    if blank > header:
        listing.notes.append(counted(blank - header, 'blank line'))
    return listing


def _read_labels(listing: Listing, lines: List[str]) -> int:
    """Lines ``name label[,label]``; return the number of blank ones."""
    blank = 0
    known: Dict[str, Tuple[str, ...]] = {}
    add_name, add_labels, add_line = (listing.names.append,
                                      listing.labels.append,
                                      listing.lines.append)
    for number, line in enumerate(lines, 1):
        name, text = split_last(line)
        labels = known.get(text)
        if labels is None:
            if not text:
                blank += 1
                continue
            labels = known[text] = () if is_video_file(text) else tuple(
                text.split(','))
        if not name.strip(BLANKS) or not labels or name[0] == '#' and \
                name.startswith(('# ', '#\t')):
            fault = _fault(line)
            listing.problems.append((number, fault))
            continue
        add_name(name)
        add_labels(labels)
        add_line(number)
    return blank


def _fault(line: str) -> str:
    if line.lstrip(BLANKS).startswith('#'):
        return f'expected "name label[,label]", found a comment: {line!r}'
    return f'expected "name label[,label]", got {line!r}'


def _read_each(listing: Listing, lines: List[str], expected: str,
               parse: Callable[[str, List[str]], Tuple[str,
                                                       List[str]]]) -> int:
    """Lines of a name and numbers; ``parse`` takes both and returns name and
    labels, and no labels for a faulty line."""
    blank = 0
    for number, line in enumerate(lines, 1):
        if not line.strip(BLANKS):
            blank += 1
            continue
        name, labels = parse(*split_numbers(line))
        if labels:
            listing.add(number, name, tuple(labels))
        else:
            listing.problems.append(
                (number, f'expected "{expected}", got {line!r}'))
    return blank


def _read_multilabel(listing: Listing, lines: List[str]) -> int:
    return _read_each(listing, lines, 'name label label ...',
                      lambda name, numbers: (name, numbers))


def _read_rawframes(listing: Listing, lines: List[str]) -> int:
    return _read_each(listing, lines, 'folder frames label [label ...]',
                      lambda name, numbers: (name, numbers[1:]))


def _read_rawframes_offset(listing: Listing, lines: List[str]) -> int:
    return _read_each(listing, lines, 'folder offset frames label [label ...]',
                      lambda name, numbers: (name, numbers[2:]))


def _read_names(listing: Listing, lines: List[str]) -> int:
    """Lines ``class/name``, where the class is the name of the folder."""
    blank = 0
    for number, line in enumerate(lines, 1):
        name = line.strip(BLANKS)
        if not name:
            blank += 1
            continue
        folder = PurePosixPath(name).parent.name
        listing.add(number, name, (folder, ) if folder else ())
    return blank


PARSERS = {
    'list': _read_labels,
    'multilabel': _read_multilabel,
    'rawframes': _read_rawframes,
    'rawframes-offset': _read_rawframes_offset,
    'names': _read_names
}
