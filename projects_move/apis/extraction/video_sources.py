"""Videos of an extraction from a folder, a list, or a single file."""
import os
import posixpath
from pathlib import Path
from typing import Iterable, Iterator, List, NamedTuple, Optional, Union

import numpy as np

from projects_move.datasets.lists.folders import walk_folder
from projects_move.datasets.lists.formats.listing import counted
from projects_move.datasets.videos.video_files import (VIDEOS, find_video,
                                                       is_video_file)
from projects_move.errors import InputError, MissingInputError
from projects_move.utils.escape import one_line
from .listed_names import read_listed_names, read_plain_names
from .videos import Videos

BLOCK = 2**16  # names that are collected before they become an array
TRIED = 100  # videos of a list of which one must exist


class FileVideos(Videos):
    """Videos by the paths of their files or folders of frames.

    Args:
        names: Encoded names, bytes ``(N,)``, each once.
        root: Folder of the names.
        paths: Encoded paths ``(N,)``; by default the names below the root.
    """

    def __init__(self,
                 names: np.ndarray,
                 root: Path,
                 paths: Optional[np.ndarray] = None) -> None:
        super().__init__(names, self._data_info)
        self.root = root
        self.paths = paths

    def _data_info(self, row: int) -> dict:
        path = self.name(row) if self.paths is None else os.fsdecode(
            self.paths[row])
        return dict(
            video_id=self.name(row),
            sample_idx=row,
            filename=os.path.join(self.root, path),
            modality='RGB',
            start_index=0)

    def take(self, indices: Union[np.ndarray, slice]) -> 'FileVideos':
        paths = None if self.paths is None else self.paths[indices]
        return FileVideos(self.names[indices], self.root, paths)


class FoundVideos(NamedTuple):
    """Videos of a source.

    Attributes:
        videos: The videos.
        has_frame_folders: Whether folders of frames are known to be among
            them.
        report: What was found, for people.
    """
    videos: FileVideos
    has_frame_folders: bool
    report: str


def find_videos(source: Path,
                root: Optional[Path] = None,
                list_format: Optional[str] = None) -> FoundVideos:
    """Videos of a folder, at any depth, of a list, or of a single file.

    A name is the path below the folder, with its suffix, as
    ``make_dataset.py`` writes it; or the name in the list. A folder of frames
    is a video; it has images with numbers, and neither videos nor folders.

    Args:
        source: A folder, a list of any format, a video file, or a folder of
            the frames of one video.
        root: Folder of the names of a list; by default that of the list.
        list_format: Format of the list, if it cannot be recognized.

    Raises:
        MissingInputError: If the source does not exist.
        InputError: For a source without videos, for two videos of one name,
            and for a root or format of what is no list.
    """
    if not os.path.exists(source):
        raise MissingInputError(f'no folder, list or video {source}')
    is_video = is_video_file(source.name)
    if (root or list_format) and (is_video or os.path.isdir(source)):
        raise InputError(f'--root and --list-format are of a list: {source} '
                         'is none')
    if os.path.isdir(source):
        return _of_folder(source)
    if is_video:
        names = np.array([os.fsencode(source.name)])
        return FoundVideos(
            FileVideos(names, source.parent), False, f'1 video {source}')
    return _of_list(source, root, list_format)


def _of_folder(folder: Path) -> FoundVideos:
    counts = dict(video=0, folder=0, other=0, broken=0)

    def names() -> Iterator[bytes]:
        for visited in walk_folder(folder):
            videos = list(filter(is_video_file, visited.files))
            frames = len(visited.frames)
            counts['video'] += len(videos)
            counts['folder'] += frames > 0
            counts['other'] += len(visited.files) - len(videos) - frames
            counts['broken'] += len(visited.broken_links)
            if frames:
                yield os.fsencode(visited.prefix.rstrip('/') or '.')
            for name in videos:
                yield os.fsencode(visited.prefix + name)

    found = _to_array(names())
    ignored = ''.join(f'; {text} ignored'
                      for text in (counted(counts['other'], 'other file'),
                                   counted(counts['broken'], 'link') +
                                   ' to nothing') if not text.startswith('0 '))
    report = (f"{counted(counts['video'], 'video')} and "
              f"{counts['folder']:,} folder{'s' * (counts['folder'] != 1)} of "
              f'frames below {folder}{ignored}')
    if not len(found):
        raise InputError(f'{report}: expected files of {", ".join(VIDEOS)} or '
                         'folders of images such as img_00001.jpg')
    if found.tolist() == [b'.']:  # the frames of one video
        folder = folder.absolute()
        found = np.array([os.fsencode(folder.name)])
        folder = folder.parent
    return FoundVideos(FileVideos(found, folder), counts['folder'] > 0, report)


def _of_list(path: Path, root: Optional[Path],
             list_format: Optional[str]) -> FoundVideos:
    root = path.parent if root is None else root
    if not os.path.isdir(root):
        raise MissingInputError(f'no folder {root} of the videos of {path}')

    names = None if list_format else read_plain_names(path)
    if names is not None:
        videos = FileVideos(names, root)
    else:
        listed = read_listed_names(path, root, list_format)
        names = [_name_below(name, root) for name in listed]
        paths = _to_array(map(os.fsencode, listed))
        videos = FileVideos(_to_array(map(os.fsencode, names)), root, paths)
        _refuse_shared_names(path, videos)
    # spread evenly, because the folder of a class may be absent
    step = max(-(-len(videos) // TRIED), 1)
    tried = [videos[i]['filename'] for i in range(0, len(videos), step)]
    found = list(filter(None, map(_find, tried)))
    if not found:
        raise MissingInputError(
            f'{path}: expected videos below {root}, but there is none of '
            f'{len(tried)} that were looked for, such as '
            f'{one_line(tried[0])}; --root names their folder')
    report = f'{counted(len(videos), "video")} of {path} below {root}'
    return FoundVideos(videos, any(map(os.path.isdir, found)), report)


def _name_below(name: str, root: Path) -> str:
    """Name of the features of a video in a list.

    It is the path below the root, or for a path elsewhere the whole path
    without its first slash.

    Example:
        >>> _name_below('./a/b.mp4', Path('/r')), _name_below(
        ...     '/r/a.mp4', Path('/r')), _name_below('../x/a.mp4', Path('/r'))
        ('a/b.mp4', 'a.mp4', 'x/a.mp4')
    """
    path = posixpath.normpath(name)
    if not path.startswith(('/', '../')):
        return path
    folder = os.path.abspath(root)
    path = posixpath.normpath(os.path.join(folder, path))
    below = os.path.join(folder, '')
    if path.startswith(below):
        return path[len(below):]
    return path.lstrip('/')


def _find(path: str) -> Optional[str]:
    """Path of a video, None if it does not exist. If several files may be
    meant, it is the path, whose error the extraction reports."""
    try:
        return find_video(path)
    except MissingInputError:
        return None
    except InputError:
        return path


def _refuse_shared_names(path: Path, videos: FileVideos) -> None:
    order = np.argsort(videos.names, kind='stable')
    is_repeated = np.flatnonzero(
        videos.names[order][1:] == videos.names[order][:-1])
    if len(is_repeated):
        one, other = order[is_repeated[0]:is_repeated[0] + 2].tolist()
        raise InputError(
            f'{path}: {one_line(videos[one]["filename"])} and '
            f'{one_line(videos[other]["filename"])} are two entries of one '
            f'name, {one_line(videos.name(one))!r}: expected each video once')


def _to_array(names: Iterable[bytes]) -> np.ndarray:
    """Array of names, bytes ``(N,)``, in blocks to bound the memory."""
    blocks: List[np.ndarray] = []
    block: List[bytes] = []
    for name in names:
        block.append(name)
        if len(block) == BLOCK:
            blocks.append(np.array(block))
            block = []
    blocks.append(np.array(block, np.bytes_))
    return np.concatenate(blocks)
