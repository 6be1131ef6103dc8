"""Files below a folder, through symbolic links."""
import os
from pathlib import Path
from typing import Dict, List, NamedTuple, Union

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
    """
    files: List[str]
    broken_links: List[str]
    cycles: List[str]
    empty: List[str]


def list_folder(folder: Union[str, Path]) -> FolderContents:
    """List the files below a folder, sorted folder by folder.

    Raises:
        MissingInputError: If there is no such folder.
        InputError: For a folder that cannot be read.
    """
    if not os.path.isdir(folder):
        raise MissingInputError(f'expected a folder, but {folder} '
                                'does not exist or is none')
    contents = FolderContents([], [], [], [])
    visits: Dict[str, int] = {}
    stack = [(str(folder), '', (os.path.realpath(folder), ))]
    while stack:
        path, prefix, ancestors = stack.pop()
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            raise InputError(f'folder {path!r} cannot be read: '
                             f'{error.strerror}') from error
        folders = []
        entries = [
            entry for entry in entries
            if not entry.name.startswith('.') and entry.name != MAC_ARCHIVE
        ]
        if not entries:
            contents.empty.append(prefix.rstrip('/'))
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir():
                real = os.path.realpath(entry.path)
                if real in ancestors:
                    contents.cycles.append(name)
                else:
                    visits[real] = visits.get(real, 0) + 1
                    if visits[real] > MAX_VISITS:
                        raise InputError(
                            f'{folder}: folders link to each other, {name!r} '
                            f'is one of more than {MAX_VISITS} paths of one '
                            'folder')
                    folders.append(
                        (entry.path, f'{name}/', (*ancestors, real)))
            elif entry.is_file():
                contents.files.append(name)
            elif entry.is_symlink():
                contents.broken_links.append(name)
        stack += reversed(folders)
    return contents
