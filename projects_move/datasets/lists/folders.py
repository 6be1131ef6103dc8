"""Files below a folder, through symbolic links."""
import os
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Union

from projects_move.datasets.videos.frame_folder import is_frame_file
from projects_move.datasets.videos.video_files import is_video_file
from projects_move.errors import InputError, MissingInputError

MAC_ARCHIVE = '__MACOSX'  # second half of an archive made by macOS

MAX_VISITS = 100  # paths of one folder


class FolderContents(NamedTuple):
    """Visible files below a folder, as paths relative to it with slashes.

    Attributes:
        files: Files, also in folders that are reached by links.
        broken_links: Links to nothing.
        cycles: Links to a folder that contains them, which are not followed.
        empty: Folders without visible files and folders.
        frame_folders: Folders of frames below the folder.
    """
    files: List[str]
    broken_links: List[str]
    cycles: List[str]
    empty: List[str]
    frame_folders: List[str]


class VisitedFolder(NamedTuple):
    """Visible entries of one folder, sorted by name.

    Attributes:
        prefix: Path of the folder relative to the first one, with a slash at
            its end; empty for the first one.
        files: Names of its files.
        folders: Names of its folders, without links that are cycles.
        broken_links: Names of links to nothing.
        cycles: Names of links to a folder that contains them, which are not
            followed.
    """
    prefix: str
    files: List[str]
    folders: List[str]
    broken_links: List[str]
    cycles: List[str]

    @property
    def frames(self) -> List[str]:
        """Its frames if it is a folder of frames, the images of a video: it
        has images with numbers, and neither videos nor folders."""
        if self.folders or any(map(is_video_file, self.files)):
            return []
        return list(filter(is_frame_file, self.files))


def list_folder(folder: Union[str, Path]) -> FolderContents:
    """List the files below a folder, sorted folder by folder.

    Raises:
        MissingInputError: If there is no such folder.
        InputError: For a folder that cannot be read.
    """
    contents = FolderContents([], [], [], [], [])
    for visited in walk_folder(folder):
        prefix, *columns = visited
        if not any(columns):
            contents.empty.append(prefix.rstrip('/'))
        if prefix and visited.frames:
            contents.frame_folders.append(prefix.rstrip('/'))
        for all_names, names in ((contents.files, visited.files),
                                 (contents.broken_links, visited.broken_links),
                                 (contents.cycles, visited.cycles)):
            all_names += [prefix + name for name in names]
    return contents


def walk_folder(folder: Union[str, Path]) -> Iterator[VisitedFolder]:
    """Visit a folder and all folders below it, also those reached by links.

    Raises:
        MissingInputError: If there is no such folder.
        InputError: For a folder that cannot be read.
    """
    if not os.path.isdir(folder):
        raise MissingInputError(f'expected a folder, but {folder} '
                                'does not exist or is none')
    visits: Dict[str, int] = {}
    stack = [(str(folder), '', (os.path.realpath(folder), ))]
    while stack:
        path, prefix, ancestors = stack.pop()
        found = VisitedFolder(prefix, [], [], [], [])
        folders = []
        for entry in _visible_entries(path):
            if entry.is_dir():
                real = os.path.realpath(entry.path)
                if real in ancestors:
                    found.cycles.append(entry.name)
                    continue
                visits[real] = visits.get(real, 0) + 1
                if visits[real] > MAX_VISITS:
                    raise InputError(
                        f'{folder}: folders link to each other, '
                        f'{prefix + entry.name!r} is one of more than '
                        f'{MAX_VISITS} paths of one folder')
                found.folders.append(entry.name)
                folders.append(
                    (entry.path, f'{prefix}{entry.name}/', (*ancestors, real)))
            elif entry.is_file():
                found.files.append(entry.name)
            elif entry.is_symlink():
                found.broken_links.append(entry.name)
        yield found
        stack += reversed(folders)


def _visible_entries(path: str) -> List[os.DirEntry]:
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f'folder {path!r} cannot be read: '
                         f'{error.strerror}') from error
    return [
        entry for entry in entries
        if not entry.name.startswith('.') and entry.name != MAC_ARCHIVE
    ]
