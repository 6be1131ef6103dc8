"""Reading of labelled videos in common forms: class folders, csv, lists."""
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from projects_move.datasets.videos.video_files import VIDEOS
from .annotations import Annotations, read_list
from .labels import order_classes
from .text_files import AnnotationError, read_csv, split_labels, video_name

LISTS = ('.lst', '.txt')


class LabelledVideos(NamedTuple):
    """Videos and the names of their classes.

    Attributes:
        names: Names of the videos, with file suffixes where they are known.
        labels: Class names of each video.
        splits: ``'train'``, ``'val'`` or ``'test'`` of each video; empty if
            there are no splits.
    """
    names: List[str]
    labels: List[List[str]]
    splits: List[str]

    @property
    def classes(self) -> List[str]:
        """Class names in the order of
        :func:`~projects_move.datasets.lists.labels.order_classes`."""
        return order_classes(label for row in self.labels for label in row)


def read_labelled_videos(path: Path,
                         classes: Optional[Sequence[str]] = None
                         ) -> LabelledVideos:
    """Read a folder of class folders, a csv or a list.

    A csv has the columns ``video`` and ``label`` (several labels separated by
    ``;`` or ``|``; ``split`` is optional) or those of Kinetics. A list has
    lines ``name label[,label]``.

    Args:
        path: The folder or file.
        classes: Class names of a list. Without them the labels of the list
            are indices; a class is named by the folder of its videos if each
            class has its own.

    Raises:
        FileNotFoundError: If the path does not exist.
        ValueError: For a folder without class folders or videos, a csv with
            other columns, faulty lines, and names with line breaks.
    """
    if path.is_dir():
        videos = _read_class_folders(path)
    elif not path.is_file():
        raise FileNotFoundError(f'expected a folder, csv or list, but {path} '
                                'does not exist')
    elif path.suffix.lower() in LISTS:
        videos = _read_index_list(path, classes)
    else:
        videos = _read_table(path)
    for name in (*videos.names, *videos.classes):
        if name.splitlines() != [name]:
            raise ValueError(f'{path}: the name {name!r} has a line break')
    return videos


def _read_class_folders(path: Path) -> LabelledVideos:
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
    return LabelledVideos(names, labels, [])


def _read_index_list(path: Path,
                     classes: Optional[Sequence[str]]) -> LabelledVideos:
    videos = read_list(path, classes)
    names = _folder_names(videos) if classes is None else classes
    labels = [[names[label] for label in row] for row in videos.labels]
    return LabelledVideos(videos.names, labels, [])


def _folder_names(videos: Annotations) -> Dict[int, str]:
    """Name of each label: the folder of its videos, or the index itself
    unless each label has a folder of its own."""
    found = {}
    for name, row in zip(videos.names, videos.labels):
        for label in row:
            found.setdefault(label, set()).add(Path(name).parent.name)
    folders = [folder for each in found.values() for folder in each]
    if '' in folders or len(folders) > len(found) or len(
            set(folders)) < len(found):
        return {label: str(label) for label in found}
    return {label: folder for label, (folder, ) in found.items()}


def _read_table(path: Path) -> LabelledVideos:
    found, problems = LabelledVideos([], [], []), []
    first: Dict[str, Tuple] = {}
    for number, row in read_csv(path, ['label']):
        labels = [label for label in split_labels(row['label'] or '') if label]
        labels = list(dict.fromkeys(labels))
        name, split = video_name(row), row.get('split')
        if not name or not labels:
            problems.append(f'line {number}: no '
                            f"{'label' if name else 'video'}")
            continue
        line, *known = first.setdefault(name, (number, labels, split))
        if known != [labels, split]:
            problems.append(f'line {number}: video {name!r} is already in '
                            f'line {line}, with another label or split')
        if line != number:
            continue
        found.names.append(name)
        found.labels.append(labels)
        if split:
            found.splits.append({'validate': 'val'}.get(split, split))
    if problems:
        raise AnnotationError(path, problems)
    if not found.names:
        raise ValueError(f'{path}: the list is empty')
    if found.splits and len(found.splits) != len(found.names):
        raise ValueError(f'{path}: some lines have a split and some do not')
    return found
