"""Reading of videos with the names of their classes."""
from pathlib import Path, PurePosixPath
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from projects_move.errors import InputError
from .formats.line_readings import Evidence
from .formats.recognize import read_listing
from .labels import LabelParser, order_classes
from .text.decimals import parse_whole
from .video_collection import Collection, collect_videos, is_writable
from .video_search import VideoIndex

# formats whose labels are names even if they look like numbers
NAMED = ('names', 'something', 'activitynet', 'kinetics', 'kinetics-json',
         'class-folders', 'split-folders', 'ucf101', 'hmdb51')


class LabelledVideos(NamedTuple):
    """Videos and the names of their classes.

    Attributes:
        names: Names of the videos, with file suffixes where they are known.
        labels: Class names of each video.
        splits: ``'train'``, ``'val'`` or ``'test'`` of each video; empty if
            there are no splits.
        report: What was read, for people.
    """
    names: List[str]
    labels: List[List[str]]
    splits: List[str]
    report: str = ''

    @property
    def classes(self) -> List[str]:
        """Class names in the order of
        :func:`~projects_move.datasets.lists.labels.order_classes`."""
        return order_classes(label for row in self.labels for label in row)


def read_labelled_videos(path: Path,
                         classes: Optional[Sequence[str]] = None,
                         first_index: int = 0,
                         list_format: Optional[str] = None,
                         index: Optional[VideoIndex] = None,
                         multi_class: bool = True) -> LabelledVideos:
    """Read a folder or list of any format of
    :data:`~projects_move.datasets.lists.formats.listing.FORMATS`.

    Args:
        path: The folder or file.
        classes: Class names of a list. Without them, a class whose label is a
            number is named by the folder of its videos if each class has its
            own, and else by the number.
        first_index: Index of the first class in the list, 0 or 1.
        list_format: Format of the list, if it cannot be recognized.
        index: The files of the videos, to recognize the format.
        multi_class: Whether a video may have several labels.

    Raises:
        MissingInputError: If the path does not exist.
        InputError: For a folder without class folders or videos, faulty
            lines, a list of unclear format, and names that cannot be written.
    """
    parser = LabelParser(classes, None, first_index)
    evidence = Evidence(
        classes and (lambda text: not parser.parse(text)[1]), index
        and index.has_video, index and index.has_folder)
    listing = read_listing(Path(path), list_format, evidence)
    texts = {text for row in set(listing.labels) for text in row}
    are_indices = listing.format not in NAMED and any(
        parse_whole(text) is not None for text in texts)
    found = collect_videos(
        listing,
        _by_class(classes, parser) if classes else
        (lambda texts: _as_names(texts, are_indices)), multi_class)
    labels = found.labels
    if are_indices and not classes:
        names = _folder_names(found)
        labels = [[names[label] for label in row] for row in labels]
    for name in sorted({label for row in labels for label in row}):
        if not is_writable(name):
            raise InputError(f'{path}: the class {name!r} has a line break or '
                             'a character that is not UTF-8: rename it')
    return LabelledVideos(found.names, labels, found.splits, found.report)


def _by_class(classes: Sequence[str], parser: LabelParser) -> Callable:

    def look_up(texts: Sequence[str]) -> Tuple[List[str], str]:
        labels, fault = parser.parse_all(texts)
        return [classes[label] for label in labels], fault

    return look_up


def _as_names(texts: Sequence[str],
              are_indices: bool) -> Tuple[List[str], str]:
    """Labels without class names. Either all labels of a list are indices or
    none is."""
    for text in texts if are_indices else ():
        if parse_whole(text) is None:
            return [], (f'expected a class index, got the label {text!r}; '
                        'other labels are indices (a file of class names, '
                        '--classes, allows both)')
    return list(dict.fromkeys(texts)), '' if texts else 'no label'


def _folder_names(found: Collection) -> Dict[str, str]:
    """Name of each label: the folder of its videos, or the label itself
    unless each label has a folder of its own."""
    folders: Dict[str, set] = {}
    for name, row in zip(found.names, found.labels):
        for label in row:
            folders.setdefault(label,
                               set()).add(PurePosixPath(name).parent.name)
    names = [name for each in folders.values() for name in each]
    if '' in names or len(names) > len(folders) or len(
            set(names)) < len(folders):
        return {label: label for label in folders}
    return {label: folder for label, (folder, ) in folders.items()}
