"""Collections of labelled videos as people have them."""
import csv
from pathlib import Path
from typing import Dict, List, NamedTuple

from .annotations import order_classes, read_list
from .video_files import VIDEOS

KINETICS = ('youtube_id', 'time_start', 'time_end')


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
        :func:`~projects_move.datasets.annotations.order_classes`."""
        return order_classes(label for row in self.labels for label in row)


def read_source(path: Path) -> Source:
    """Read a folder with a folder for each class, a csv with the columns
    ``video`` and ``label`` (several parted by ``;`` or ``|``; ``split`` where
    there is one), or a csv of Kinetics.

    Raises:
        FileNotFoundError: Where there is no such folder or file.
        ValueError: For a folder without class folders or videos, and for a
            csv with other columns or a line without video or label.
    """
    if path.is_dir():
        return _class_folders(path)
    if not path.is_file():
        raise FileNotFoundError(f'no folder or csv {path}')
    with open(path, newline='') as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        if 'label' not in columns or not ('video' in columns
                                          or set(KINETICS) <= set(columns)):
            raise ValueError(
                f'{path}: expected the columns video and label, or label, '
                f'{", ".join(KINETICS)}, got {", ".join(columns)}')
        return _rows(path, list(reader))


def _class_folders(path: Path) -> Source:
    names, labels = [], []
    for folder in sorted(each for each in path.iterdir() if each.is_dir()):
        for video in sorted(folder.rglob('*')):
            if video.suffix.lower() in VIDEOS:
                names.append(video.relative_to(path).as_posix())
                labels.append([folder.name])
    if not names:
        raise ValueError(f'{path} has no class folders with videos of '
                         f'{", ".join(VIDEOS)}')
    return Source(names, labels, [])


def _rows(path: Path, rows: List[Dict[str, str]]) -> Source:
    found, problems = Source([], [], []), []
    for number, row in enumerate(rows, 2):
        text = (row['label'] or '').replace('|', ';')
        labels = [part.strip() for part in text.split(';') if part.strip()]
        try:
            name = _name(row)
        except ValueError:
            name = ''
        if not name or not labels:
            problems.append(f'line {number}: no '
                            f"{'label' if name else 'video'}")
            continue
        found.names.append(name)
        found.labels.append(list(dict.fromkeys(labels)))
        if row.get('split'):
            found.splits.append({'validate':
                                 'val'}.get(row['split'], row['split']))
    if problems:
        shown = '; '.join(problems[:20])
        raise ValueError(f'{path}: {len(problems)} faulty lines: {shown}')
    if found.splits and len(found.splits) != len(found.names):
        raise ValueError(f'{path}: some lines have a split and some do not')
    return found


def _name(row: Dict[str, str]) -> str:
    if 'video' in row:
        return (row['video'] or '').strip()
    start, end = int(row['time_start']), int(row['time_end'])
    return f"{row['youtube_id']}_{start:06d}_{end:06d}"


def read_names(path: Path) -> List[str]:
    """Videos of a list; lines without labels do too."""
    if path.suffix == '.csv':
        return read_list(path).names
    lines = [line.strip() for line in path.read_text().splitlines()]
    return [
        line.rsplit(maxsplit=1)[0] if _has_label(line) else line
        for line in lines if line
    ]


def _has_label(line: str) -> bool:
    fields = line.rsplit(maxsplit=1)
    return len(fields) == 2 and all(part.isdigit()
                                    for part in fields[1].split(','))
