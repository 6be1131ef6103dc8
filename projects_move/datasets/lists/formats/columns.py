"""Columns of a table or of json objects: video, label and split."""
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

from ..text.decimals import parse_seconds, parse_whole
from ..text.files import AnnotationError
from ..text.tables import normalize

KINETICS = ('youtube_id', 'time_start', 'time_end')
# columns of the first tuple are preferred to those of the second
VIDEO = (('video', 'videos', 'path', 'filename', 'filenames', 'file', 'files',
          'file_name', 'file_path', 'filepath', 'video_path', 'video_name',
          'video_file', 'video_filename', 'video_id', 'videoid', 'vid',
          'vid_name', 'vid_id', 'videoname', 'clip', 'clip_id', 'clip_name',
          'clip_path', 'clip_file', 'rel_path', 'relative_path', 'youtube_id'),
         ('name', 'id', 'key'))
LABEL = (('label', 'labels', 'class', 'classes', 'class_name', 'classname',
          'action', 'action_class', 'action_label', 'action_name', 'activity',
          'label_name', 'category', 'category_name', 'target', 'targets',
          'tag', 'tags'), ('label_id', 'class_id', 'class_index',
                           'label_index', 'action_id', 'category_id'))
SPLIT = (('split', 'subset', 'partition'), ('set', ))


class Columns(NamedTuple):
    """Positions of the columns.

    Attributes:
        video: Column of the video; for Kinetics, those of identity, start and
            end.
        label: Column of the labels, or None.
        split: Column of the split, or None.
    """
    video: List[int]
    label: Optional[int]
    split: Optional[int]

    @property
    def is_kinetics(self) -> bool:
        return len(self.video) == 3

    def video_name(self, fields: Sequence[str]) -> str:
        """Name of the video of a row; empty if the row has none."""
        texts = [fields[i] for i in self.video]
        if not self.is_kinetics:
            return texts[0]
        start, end = map(parse_seconds, texts[1:])
        if not texts[0] or start is None or end is None:
            return ''
        return clip_name(texts[0], start, end)


def clip_name(identity: str, start: int, end: int) -> str:
    """Name of a clip of Kinetics.

    Example:
        >>> clip_name('-aB12cdef2M', 3, 13)
        '-aB12cdef2M_000003_000013'
    """
    return f'{identity}_{start:06d}_{end:06d}'


def has_video_column(header: Sequence[str]) -> bool:
    """Whether a row looks like a header: a field is the name of a video
    column, and no field is a number."""
    names = {normalize(name) for name in header}
    return bool(names.intersection(*[set().union(*VIDEO)])) and not any(
        parse_whole(name) is not None for name in names)


def has_column_name(header: Sequence[str]) -> bool:
    """Whether a field is the name of any known column."""
    known = set().union(*VIDEO, *LABEL, *SPLIT)
    return any(normalize(name) in known for name in header)


def find_columns(path: Path,
                 line: int,
                 header: Sequence[str],
                 option: str = '') -> Columns:
    """Columns of a header.

    Args:
        path: The list, for errors.
        line: Line of the header.
        header: Names of the columns.
        option: Names of the columns of video and label, ``'path,action'``,
            where the header does not tell.

    Raises:
        AnnotationError: For repeated columns, no column of videos, and for
            several columns that may be meant.
    """
    names = [normalize(name) for name in header]
    repeated = {name for name in names if name and names.count(name) > 1}
    if repeated:
        raise AnnotationError(
            path,
            [f'line {line}: repeated column {", ".join(sorted(repeated))}'])
    split = _choose(path, line, names, SPLIT, 'split')
    if option:
        wanted = [normalize(name) for name in option.split(',')]
        if len(wanted) > 2 or not set(wanted) <= set(names):
            raise AnnotationError(path, [
                f'line {line}: expected the columns {option}, got '
                f'{", ".join(header)}'
            ])
        label = names.index(wanted[1]) if len(wanted) > 1 else None
        return Columns([names.index(wanted[0])], label, split)
    label = _choose(path, line, names, LABEL, 'label')
    if set(KINETICS) <= set(names):
        return Columns([names.index(name) for name in KINETICS], label, split)
    video = _choose(path, line, names, VIDEO, 'video')
    if video is None:
        raise AnnotationError(path, [missing_columns(line, header)])
    return Columns([video], label, split)


def missing_columns(line: int, header: Sequence[str]) -> str:
    """Problem of a header without the columns of videos and labels."""
    return (f'line {line}: expected the columns video and label (or path, '
            'filename, ... and class, action, ...), or label, '
            f"{', '.join(KINETICS)}, got {', '.join(header)}; --list-format "
            "csv:VIDEO,LABEL (list_format='csv:VIDEO,LABEL') names others, "
            'csv-no-header takes the line for a row')


def _choose(path: Path, line: int, names: List[str], known,
            what: str) -> Optional[int]:
    for tier in known:
        found = [name for name in names if name in tier]
        if len(found) > 1:
            raise AnnotationError(path, [
                f'line {line}: {" and ".join(found)} may both be the column '
                f'of the {what}; --list-format csv:VIDEO,LABEL '
                "(list_format='csv:VIDEO,LABEL') chooses"
            ])
        if found:
            return names.index(found[0])
    return None
