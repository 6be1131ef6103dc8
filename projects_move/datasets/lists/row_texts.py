"""Lists whose rows are written back as they are."""
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

from projects_move.errors import InputError
from .annotations import Annotations, read_list
from .class_files import read_class_file
from .formats.listing import FORMATS
from .formats.recognize import read_listing
from .labels import label_names


class RowTexts(NamedTuple):
    """Videos of a list, and the text of their rows.

    Attributes:
        videos: The videos, N.
        classes: Class names, S; the indices themselves if there are no names.
        report: What was read, for people.
        header: Text above the rows.
        rows: Text of each row.
        owners: Video of each row.
    """
    videos: Annotations
    classes: List[str]
    report: str
    header: str
    rows: List[str]
    owners: List[int]

    def select(self, videos: Sequence[int]) -> str:
        """Text of the rows of some videos, in the order of the list."""
        wanted = set(videos)
        texts = [
            text for text, owner in zip(self.rows, self.owners)
            if owner in wanted
        ]
        return '\n'.join([self.header] * bool(self.header) + texts) + '\n'


def read_row_texts(path: Path,
                   classes: Optional[str] = None,
                   list_format: Optional[str] = None) -> RowTexts:
    """Read a list and the text of its rows.

    Args:
        path: The list.
        classes: File of class names. Without it, labels that are no numbers
            are the names.
        list_format: Format of the list, if it cannot be recognized.

    Raises:
        AnnotationError: For a faulty list.
        InputError: For a folder or a list whose rows are no lines.
    """
    listing = read_listing(path, list_format)
    if listing.unit != 'line' or Path(path).is_dir() or listing.format in (
            'hmdb51', 'names'):
        raise InputError(
            f'{path}: expected a list with a line for each video and its '
            f'labels, got {FORMATS[listing.format]}; '
            'tools/data/make_dataset.py writes such lists')
    names, first_index = label_names(listing.labels), 0
    if classes is not None:
        names, first_index, _ = read_class_file(classes)
    reports: List[str] = []
    videos = read_list(
        path,
        names,
        list_format=list_format or listing.format,
        first_index=first_index,
        report=reports.append)
    if names is None:
        last = max(label for row in videos.labels for label in row)
        names = [str(i) for i in range(last + 1)]
    # the text as it is, but for the mark at its begin
    lines = Path(path).read_bytes().decode('utf-8-sig').split('\n')
    starts = [line - 1 for line in listing.lines]
    chunks = [
        '\n'.join(lines[start:end]).rstrip('\r\n')
        for start, end in zip([0, *starts], [*starts, len(lines)])
    ]
    index = {name: i for i, name in enumerate(videos.names)}
    return RowTexts(videos, names, reports[0], chunks[0].strip('\r\n'),
                    chunks[1:], [index[name] for name in listing.names])
