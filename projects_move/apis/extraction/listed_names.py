"""Names of the videos in a list, also of millions."""
import os
from functools import lru_cache, partial
from pathlib import Path
from typing import List, Optional, Set

from projects_move.datasets.lists.formats.line_lists import is_video_file
from projects_move.datasets.lists.text.fields import BLANKS, split_numbers
from projects_move.datasets.lists.text.files import read_text, split_lines
from projects_move.datasets.lists.video_names import read_names
from projects_move.datasets.lists.video_search import strip_suffix

CACHED_FOLDERS = 4096  # whose names are kept


def read_listed_names(path: Path,
                      root: Path,
                      list_format: Optional[str] = None) -> List[str]:
    """Names of the videos in a list, with or without labels, each once.

    Args:
        path: A list of any format.
        root: Folder of the videos, which tells whether a number belongs to a
            name.
        list_format: Format of the list, if it cannot be recognized.

    Raises:
        AnnotationError: See
            :func:`projects_move.datasets.lists.video_names.read_names`.
    """
    names = None if list_format else _clear_names(path)
    return names or read_names(path,
                               (), list_format, partial(_is_video_below, root))


def _clear_names(path: Path) -> Optional[List[str]]:
    """Names of a list of video files with or without numbers, which needs no
    look at the files; None for another list."""
    names = {}
    for line in split_lines(read_text(path)):
        line = line.strip(BLANKS)
        name = line if is_video_file(line) else split_numbers(line)[0]
        if is_video_file(name):
            names[name] = None
        elif line:
            return None
    return list(names) or None


def _is_video_below(root: Path, name: str) -> bool:
    """Whether there is a file or folder of a name, with any suffix."""
    folder, last = os.path.split(os.path.join(root, name.rstrip('/')))
    return last in _entries(folder or '.')


@lru_cache(CACHED_FOLDERS)
def _entries(folder: str) -> Set[str]:
    """Names in a folder, and those of videos without their suffixes."""
    try:
        names = os.listdir(folder)
    except (OSError, ValueError):
        return set()
    return {*names, *map(strip_suffix, names)}
