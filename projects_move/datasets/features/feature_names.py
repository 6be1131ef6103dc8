"""Names of the feature files below a folder."""
import os
from pathlib import Path
from typing import Iterator, List, Tuple

from projects_move.errors import InputError, MissingInputError
from ..lists.folders import MAC_ARCHIVE


def feature_names(folder: Path) -> List[str]:
    """Names of the ``.npy`` files below a folder, without suffix, sorted.

    Raises:
        InputError: For a folder without such a file.
    """
    if not folder.is_dir():
        raise MissingInputError(f'no folder {folder}')
    names = sorted(path[:-len('.npy')] for path in _paths(str(folder))
                   if path.endswith('.npy'))
    if not names:
        raise InputError(f'no .npy file below {folder}')
    return names


def _paths(folder: str,
           prefix: str = '',
           parents: Tuple[str, ...] = ()) -> Iterator[str]:
    """Visible paths below a folder, through links to folders that do not
    contain them; also what is no file, so that the reader names it."""
    parents = (*parents, os.path.realpath(folder))
    for name in os.listdir(folder):
        if not name.startswith('.') and name != MAC_ARCHIVE:
            yield prefix + name
            path = os.path.join(folder, name)
            if os.path.isdir(path) and os.path.realpath(path) not in parents:
                yield from _paths(path, f'{prefix}{name}/', parents)
