"""Collections of labelled videos as people have them."""
import csv
from pathlib import Path
from typing import (Collection, Dict, Iterator, List, NamedTuple, Optional,
                    Sequence, Tuple)

from projects_move.datasets.videos.video_files import VIDEOS
from .annotations import ENCODING, Annotations, order_classes, read_list

KINETICS = ('youtube_id', 'time_start', 'time_end')
LISTS = ('.lst', '.txt')


class Source(NamedTuple):
    """Videos and the names of their classes.

    Attributes:
        names: Of the videos, with their endings where they are known.
        labels: Class names of each video.
        splits: ``'train'``, ``'val'`` or ``'test'`` of each video, empty
            where the source does not say.
    """
    names: List[str]
    labels: List[List[str]]
    splits: List[str]

    @property
    def classes(self) -> List[str]:
        """Names of the classes, in the order of
        :func:`~projects_move.datasets.lists.annotations.order_classes`."""
        return order_classes(label for row in self.labels for label in row)


def read_source(path: Path, classes: Optional[Sequence[str]] = None) -> Source:
    """Read a folder with a folder for each class; a csv with the columns
    ``video`` and ``label`` (several parted by ``;`` or ``|``; ``split`` where
    there is one) or those of Kinetics; or a list of lines ``name label``.

    Args:
        path: Of the folder or file.
        classes: Class names of a list. Without them its labels are indices,
            named by the folders of their videos where each has its own.

    Raises:
        FileNotFoundError: Where there is no such folder or file.
        ValueError: For a folder without class folders or videos, a csv with
            other columns, faulty lines, and names that no list can hold.
    """
    if path.is_dir():
        source = _class_folders(path)
    elif not path.is_file():
        raise FileNotFoundError(f'no folder, csv or list {path}')
    elif path.suffix.lower() in LISTS:
        source = _list(path, classes)
    else:
        source = _table(path)
    for name in (*source.names, *source.classes):
        if name.splitlines() != [name]:
            raise ValueError(f'{path}: the name {name!r} holds a line break')
    return source


def _class_folders(path: Path) -> Source:
    names, labels = [], []
    for folder in sorted(each for each in path.iterdir() if each.is_dir()):
        for video in sorted(folder.rglob('*')):
            parts = video.relative_to(path).parts
            hidden = any(part.startswith('.') for part in parts)
            if not hidden and video.suffix.lower() in VIDEOS and \
                    video.is_file():
                names.append('/'.join(parts))
                labels.append([folder.name])
    if not names:
        raise ValueError(f'{path} has no class folders with videos of '
                         f'{", ".join(VIDEOS)}')
    return Source(names, labels, [])


def _list(path: Path, classes: Optional[Sequence[str]]) -> Source:
    videos = read_list(path, classes)
    names = _folder_names(videos) if classes is None else classes
    labels = [[names[label] for label in row] for row in videos.labels]
    return Source(videos.names, labels, [])


def _folder_names(videos: Annotations) -> Dict[int, str]:
    """Of each label the folder that its videos are in and no others, or
    else the label."""
    found = {}
    for name, row in zip(videos.names, videos.labels):
        for label in row:
            found.setdefault(label, set()).add(Path(name).parent.name)
    folders = [folder for each in found.values() for folder in each]
    if '' in folders or len(folders) > len(found) or len(
            set(folders)) < len(found):
        return {label: str(label) for label in found}
    return {label: folder for label, (folder, ) in found.items()}


def _table(path: Path) -> Source:
    found, problems = Source([], [], []), []
    first: Dict[str, Tuple] = {}
    for number, row in _rows(path, 'label'):
        text = (row['label'] or '').replace('|', ';')
        labels = [part.strip() for part in text.split(';') if part.strip()]
        labels = list(dict.fromkeys(labels))
        name, split = _name(row), row.get('split')
        if not name or not labels:
            problems.append(f'line {number}: no '
                            f"{'label' if name else 'video'}")
            continue
        line, *known = first.setdefault(name, (number, labels, split))
        if known != [labels, split]:
            problems.append(f'line {number}: video {name!r} stands in line '
                            f'{line} already, with another label or split')
        if line != number:
            continue
        found.names.append(name)
        found.labels.append(labels)
        if split:
            found.splits.append({'validate': 'val'}.get(split, split))
    _refuse(path, problems)
    if not found.names:
        raise ValueError(f'{path}: the list is empty')
    if found.splits and len(found.splits) != len(found.names):
        raise ValueError(f'{path}: some lines have a split and some do not')
    return found


def _rows(path: Path, *needed: str) -> Iterator[Tuple[int, Dict[str, str]]]:
    """Line and row after row of a csv whose columns tell the videos."""
    with open(path, newline='', encoding=ENCODING) as file:
        reader = csv.DictReader(file)
        columns = set(reader.fieldnames or ())
        videos = 'video' in columns or set(KINETICS) <= columns
        if not videos or not set(needed) <= columns:
            ours = ' and '.join(['video', *needed])
            raise ValueError(f'{path}: expected the columns {ours}, or '
                             f'{", ".join([*needed, *KINETICS])}, got '
                             f'{", ".join(reader.fieldnames or ())}')
        for row in reader:
            yield reader.line_num, row


def _name(row: Dict[str, str]) -> str:
    """Of the video of a row, empty where it has none."""
    if 'video' in row:
        return (row['video'] or '').strip()
    try:
        start, end = int(row['time_start']), int(row['time_end'])
    except (TypeError, ValueError):
        return ''
    return f"{row['youtube_id']}_{start:06d}_{end:06d}"


def _refuse(path: Path, problems: List[str]) -> None:
    if problems:
        shown = '; '.join(problems[:20])
        raise ValueError(f'{path}: {len(problems)} faulty lines: {shown}')


def read_names(path: Path, classes: Collection[str] = ()) -> List[str]:
    """Videos of a list, or of a csv that may lack labels.

    The last field of a line is left out where it holds labels: indices or
    names of ``classes``.

    Raises:
        ValueError: For an empty list, and for a csv with other columns or a
            line without video.
    """
    if path.suffix.lower() == '.csv':
        rows = [(number, _name(row)) for number, row in _rows(path)]
        _refuse(
            path,
            [f'line {number}: no video' for number, name in rows if not name])
        names = [name for _, name in rows]
    else:
        lines = path.read_text(encoding=ENCODING).splitlines()
        names = [
            _without_label(line.strip(), set(classes)) for line in lines
            if line.strip()
        ]
    if not names:
        raise ValueError(f'{path}: the list is empty')
    return names


def _without_label(line: str, classes: Collection[str]) -> str:
    name, *rest = line.rsplit(maxsplit=1)
    labelled = rest and all(part.isdigit() or part in classes
                            for part in rest[0].split(','))
    return name if labelled else line
