"""Videos of the rows of a list: labels looked up, repeated videos merged."""
from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple

from .formats.listing import FORMATS, Listing, counted
from .text.files import AnnotationError

MAX_NAME = 4096  # bytes of a path; a table of names is as wide as the longest
LookUp = Callable[[Sequence[str]], Tuple[list, str]]


class Collection(NamedTuple):
    """Videos of a list, in its order.

    Attributes:
        names: Names of the videos, N.
        labels: Labels of each video, without repetition.
        lines: Line of the first row of each video.
        splits: Split of each video; empty if the list has no splits.
        report: What was read, for people.
    """
    names: List[str]
    labels: List[list]
    lines: List[int]
    splits: List[str]
    report: str


def collect_videos(listing: Listing,
                   look_up: LookUp,
                   multi_class: bool = True) -> Collection:
    """Videos of a list. A video of several rows has the labels of all.

    Args:
        listing: The rows.
        look_up: Function from the label texts of a row to its labels and
            their fault, which is empty if there is none.
        multi_class: Whether a video may have several labels.

    Raises:
        AnnotationError: For each faulty row, at once.
    """
    if listing.names and listing.format != 'names' and not any(listing.labels):
        raise AnnotationError(listing.path, [
            f'{listing.format}: no row has a label; --list-format '
            "csv:VIDEO,LABEL (list_format='csv:VIDEO,LABEL') names the column "
            'of a table, and tools/predict.py takes lists without labels'
        ])
    found = Collection([], [], [], [], '')
    problems = list(listing.problems)
    first: Dict[str, int] = {}
    cache: Dict[Sequence[str], Tuple[list, str]] = {}
    unlabelled = repeated = further = 0
    split = ''
    for i, (name, texts) in enumerate(zip(listing.names, listing.labels)):
        entry = cache.get(texts)
        if entry is None:
            entry = cache[texts] = look_up(texts)
        labels, fault = entry
        if listing.splits:
            split = listing.splits[i]
        if not texts and split == 'test':
            unlabelled += 1
            continue
        known = first.get(name)
        if not texts:
            fault = _no_label(listing, name)
        elif fault:
            pass
        elif len(labels) > 1 and not multi_class:
            fault = (f'video {name!r} has the labels {list(texts)}, expected '
                     'one (multi_class=True allows several)')
        elif known is None:
            first[name] = len(found.names)
            found.names.append(name)
            found.labels.append(labels)
            found.lines.append(listing.lines[i])
            if listing.splits:
                found.splits.append(split)
        else:
            new = [
                label for label in labels if label not in found.labels[known]
            ]
            fault = _repetition_fault(listing, found, known, split,
                                      bool(new) and not multi_class)
            if new:
                found.labels[known] = found.labels[known] + new
                further += len(new)
            else:
                repeated += 1
        if fault:
            problems.append((listing.lines[i], fault))
    problems += _unwritable(found)
    if problems:
        raise AnnotationError(listing.path, [
            f'{listing.place} {line}: {fault}'
            for line, fault in sorted(problems)
        ])
    if not found.names:
        raise AnnotationError(listing.path, ['the list is empty'])
    return found._replace(
        report=_report(listing, len(found.names), further, repeated,
                       unlabelled))


def _no_label(listing: Listing, name: str) -> str:
    if listing.format == 'names':
        return ('expected "name label[,label]", or a folder that is the class'
                f', got {name!r}')
    return f'no label of video {name!r}'


def is_writable(name: str) -> bool:
    """Whether a list in UTF-8 can hold a name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not any(each in name for each in '\n\r\0')


def _unwritable(found: Collection) -> List[Tuple[int, str]]:
    """Problems of the names that no list or file system can hold."""
    if is_writable(''.join(found.names)) and max(
            map(len, found.names), default=0) <= MAX_NAME // 4:
        return []
    return [(line, f'the name {name[:99]!r} has a line break or a character '
             'that no list can hold, or is too long: rename the video')
            for name, line in zip(found.names, found.lines)
            if not is_writable(name) or len(name.encode()) > MAX_NAME]


def _repetition_fault(listing: Listing, found: Collection, known: int,
                      split: str, has_other_label: bool) -> str:
    """Fault of a row whose video is in an earlier row, empty if there is
    none."""
    fault = (f'video {found.names[known]!r} is already in '
             f'{listing.place} {found.lines[known]}')
    if found.splits and found.splits[known] != split:
        return f'{fault}, with the split {found.splits[known]!r}'
    if listing.format == 'rawframes-offset':
        return f'{fault}; several segments of a folder are not supported'
    if has_other_label:
        return f'{fault}, with another label (multi_class=True allows several)'
    return ''


def _report(listing: Listing, videos: int, further: int, repeated: int,
            unlabelled: int) -> str:
    """What was read, compared with what the file holds."""
    rows = len(listing.names)
    of = 'rows of' if listing.spans_lines else 'of'
    parts = [counted(videos, 'video')]
    if further:
        parts.append(
            counted(further, 'further label') + ' of videos named before')
    if repeated:
        parts.append(counted(repeated, 'row') + ' repeated, same labels')
    if unlabelled:
        parts.append(
            counted(unlabelled, 'row') + ' of the test left out, no label')
    notes = f' ({"; ".join(listing.notes)})' if listing.notes else ''
    return (f'{listing.path}: {listing.format} ({FORMATS[listing.format]}): '
            f'read {rows:,} {of} {counted(listing.total, listing.unit)}: '
            f'{", ".join(parts)}{notes}')
