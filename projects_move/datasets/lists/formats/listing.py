"""Rows of a list as texts, the result of every format."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Sequence, Tuple

from projects_move.errors import InputError

FORMATS = {
    'list': 'lines "name label[,label]"',
    'multilabel': 'lines "name label label ..."',
    'rawframes': 'lines "folder frames label [label ...]"',
    'rawframes-offset': 'lines "folder offset frames label [label ...]"',
    'names': 'lines "class/name", the folder is the label',
    'csv': 'a table with a header',
    'csv-no-header': 'a table of the columns video and label, no header',
    'kinetics': "Kinetics' csv",
    'records': 'a json list of objects',
    'something': "Something-Something's json",
    'activitynet': "ActivityNet's json",
    'kinetics-json': "Kinetics' json",
    'class-folders': 'a folder for each class',
    'split-folders': 'folders of splits, with class folders inside',
    'ucf101': "UCF101's split files",
    'hmdb51': "HMDB51's split files"
}
SPLIT_NAMES = {
    'train': 'train',
    'training': 'train',
    'val': 'val',
    'valid': 'val',
    'validate': 'val',
    'validation': 'val',
    'test': 'test',
    'testing': 'test'
}


@dataclass
class Listing:
    """Rows of a list, before labels are looked up and videos merged.

    Attributes:
        path: The file or folder.
        format: A key of :data:`FORMATS`.
        names: Name of the video of each row, N.
        labels: Label texts of each row; empty for a row without labels.
        lines: Line of each row, from 1; in a json, its position.
        splits: Split of each row, empty for a row or a list without.
        total: Number of lines or entries in the file that may hold a row.
        unit: What ``total`` counts: a line, an entry, a video file.
        spans_lines: Whether a row takes several lines.
        notes: Further facts that a reader should know.
        problems: Line and fault of each row that cannot be read.
    """
    path: Path
    format: str
    names: List[str] = field(default_factory=list)
    labels: List[Sequence[str]] = field(default_factory=list)
    lines: List[int] = field(default_factory=list)
    splits: List[str] = field(default_factory=list)
    total: int = 0
    unit: str = 'line'
    spans_lines: bool = False
    notes: List[str] = field(default_factory=list)
    problems: List[Tuple[int, str]] = field(default_factory=list)

    def add(self,
            line: int,
            name: str,
            labels: Sequence[str],
            split: str = '') -> None:
        """Append a row."""
        self.names.append(name)
        self.labels.append(labels)
        self.lines.append(line)
        if split or self.splits:
            self.splits += [''] * (len(self.names) - 1 - len(self.splits))
            self.splits.append(SPLIT_NAMES.get(split.lower(), split))

    @property
    def place(self) -> str:
        """What a position is called in an error."""
        return 'line' if self.unit == 'line' else 'entry'


def counted(count: int, noun: str) -> str:
    """Number and noun.

    Example:
        >>> counted(1, 'video'), counted(1200, 'entry')
        ('1 video', '1,200 entries')
    """
    if count != 1:
        noun = f'{noun[:-1]}ies' if noun.endswith('y') else f'{noun}s'
    return f'{count:,} {noun}'


def split_format(name: str) -> Tuple[str, str]:
    """Format and its option, such as ``('csv', 'path,action')``.

    Raises:
        InputError: For an unknown format.

    Example:
        >>> split_format('ucf101:2')
        ('ucf101', '2')
    """
    kind, _, option = name.partition(':')
    if kind not in FORMATS:
        raise InputError(f'unknown format {name!r}, expected one of '
                         f'{", ".join(FORMATS)}')
    if option and kind not in ('csv', 'ucf101', 'hmdb51', 'records'):
        raise InputError(f'format {name!r}: {kind} takes no option')
    return kind, option
