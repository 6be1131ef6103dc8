"""Folders of classes, also inside folders of splits."""
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Dict, List, Optional, Set

from projects_move.datasets.videos.frame_folder import is_frame_file
from projects_move.datasets.videos.video_files import is_video_file
from projects_move.errors import InputError
from ..folders import FolderContents, list_folder
from .listing import SPLIT_NAMES, Listing, counted

MAX_SHOWN = 5
SETTLE = ('--list-format class-folders takes the outer folders for classes, '
          '--list-format split-folders for splits')


def read_class_folders(path: Path, format: Optional[str]) -> Listing:
    """Videos and folders of frames of a folder of class folders, or of
    ``train``, ``val`` and ``test`` with class folders inside.

    Args:
        path: The folder.
        format: ``'class-folders'``, ``'split-folders'`` or None to recognize
            which.

    Raises:
        InputError: For a folder without class folders, and if the outer
            folders may be classes as well as splits.
    """
    contents = list_folder(path)
    gone = [
        name for name in contents.broken_links
        if not PurePosixPath(name).suffix
    ]
    if gone:
        raise InputError(f'{path}: links to nothing, which may be folders: '
                         f'{_shown(gone)}')
    # a link to nothing is a video that is missing
    videos = list(
        filter(is_video_file, contents.files + contents.broken_links))
    videos += contents.frame_folders
    inside = [name for name in videos if '/' in name]
    if not inside:
        raise InputError(f'{path} has no class folders with videos or '
                         'folders of frames inside; found '
                         f'{_describe_files(contents.files)}')
    unit = 'video' if contents.frame_folders else 'video file'
    listing = Listing(path, format or _recognize(path, inside), unit=unit)
    depth = 1 if listing.format == 'class-folders' else 2
    strays = [name for name in videos if name.count('/') < depth]
    if depth == 2 and any('/' in name for name in strays):
        raise InputError(f'{path}: expected class folders inside the folders '
                         f'of splits, found {_shown(strays)}')
    for number, name in enumerate(inside, 1):
        outer, inner, *_ = name.split('/')
        if depth == 1:
            listing.add(number, name, (outer, ))
        elif outer.lower() in SPLIT_NAMES:
            listing.add(number, name, (inner, ), outer)
        else:
            strays.append(name)
    listing.total = len(videos)
    for noun, what, names in (('video', 'outside of class folders, left out',
                               strays),
                              ('empty folder', 'without videos, no class',
                               contents.empty),
                              ('link', 'to an outer folder, not followed',
                               contents.cycles)):
        if names:
            listing.notes.append(
                f'{counted(len(names), noun)} {what}: {_shown(names)}')
    if contents.frame_folders:
        listing.notes.append(
            f'{counted(len(contents.frame_folders), "folder")} of frames '
            'among them')
    others = _other_files(contents)
    if others:
        listing.notes.append(f'ignored: {_describe_files(others)}')
    return listing


def _recognize(path: Path, videos: List[str]) -> str:
    """Format of a folder.

    Args:
        path: The folder, for errors.
        videos: Relative paths of its videos, in folders.
    """
    inner: Dict[str, Set[str]] = {}  # folders in each outer folder, '' if none
    for name in videos:
        parts = name.split('/')
        inner.setdefault(parts[0],
                         set()).add(parts[1] if len(parts) > 2 else '')
    splits = {name for name in inner if name.lower() in SPLIT_NAMES}
    classes = set(inner) - splits
    if not splits:
        return 'class-folders'
    if not classes:
        flat = sorted(name for name in splits if '' in inner[name])
        if not flat:
            return 'split-folders'
        raise InputError(
            f'{path}: the folders {", ".join(sorted(splits))} are named like '
            f'splits, but {flat[0]} contains videos without a class folder; '
            f'{SETTLE}')
    if len({SPLIT_NAMES[name.lower()] for name in splits}) > 1:
        raise InputError(
            f'{path}: {", ".join(sorted(splits))} may be splits or classes: '
            f'beside them is {_shown(sorted(classes))}; {SETTLE}')
    for name in sorted(splits):
        if inner[name] & classes:
            raise InputError(
                f'{path}: {name} may be a class or a split: beside it are '
                f'classes ({_shown(sorted(classes))}), and inside it are '
                f'folders of the same names; {SETTLE}')
    return 'class-folders'


def _other_files(contents: FolderContents) -> List[str]:
    """Files that are neither videos nor frames of a video."""
    folders = set(contents.frame_folders)
    return [
        name for name in contents.files
        if not is_video_file(name) and not (name.rpartition(
            '/')[0] in folders and is_frame_file(name.rpartition('/')[2]))
    ]


def _describe_files(names: List[str]) -> str:
    """Number of files of each suffix."""
    counts = Counter(
        PurePosixPath(name).suffix.lower() or 'no suffix' for name in names)
    shown = ', '.join(f'{count} of {suffix}'
                      for suffix, count in counts.most_common(MAX_SHOWN))
    if not names:
        return 'no files'
    return f'{counted(len(names), "other file")} ({shown})'


def _shown(names: List[str]) -> str:
    return ', '.join(map(repr, names[:MAX_SHOWN])) + ', ...' * (
        len(names) > MAX_SHOWN)
