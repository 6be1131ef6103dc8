"""Names of the videos in a list, also of millions."""
import os
import re
from functools import lru_cache, partial
from pathlib import Path
from typing import Iterator, List, Optional, Set

import numpy as np

from projects_move.datasets.features.name_index import Words
from projects_move.datasets.lists.text.files import read_text
from projects_move.datasets.lists.video_names import read_names
from projects_move.datasets.lists.video_search import strip_suffix
from projects_move.datasets.videos.video_files import VIDEOS

CACHED_FOLDERS = 4096  # whose names are kept
BLOCK_BYTES = 2**22
SUFFIXES = '|'.join(map(re.escape, VIDEOS))
# a video file and numbers, or labels
PLAIN_LINE = re.compile(
    rf'(?mi)^[ \t]*(\S.*?(?:{SUFFIXES}))(?:[ \t]+\d+(?:,\d+)*)*[ \t]*$'.encode(
    ))
BLANK_LINE = re.compile(rb'(?m)^[ \t]*$')
# paths that have other spellings, or lie elsewhere
OTHER_PATH = re.compile(rb'(?m)^[ \t]*[/.]|//|/\.\.?/')


def read_plain_names(path: Path) -> Optional[np.ndarray]:
    """Names of a list whose lines are different video files, each with or
    without numbers, encoded ``(N,)``; None for another list.

    Such a list needs no look at the files to know the names.

    Raises:
        AnnotationError: For a file that is no text.
    """
    blocks = []
    for block in _blocks(read_text(path).encode()):
        names = PLAIN_LINE.findall(block)
        num_lines = block.count(b'\n') + 1 - len(BLANK_LINE.findall(block))
        if len(names) != num_lines or OTHER_PATH.search(block):
            return None
        blocks.append(np.array(names, np.bytes_))
    names = np.concatenate([np.empty(0, 'S1'), *blocks])
    is_repeated = len(np.unique(Words.of(names).hashes())) < len(names)
    return None if is_repeated or not len(names) else names


def _blocks(text: bytes) -> Iterator[bytes]:
    """Text in blocks of whole lines, without the last line feeds."""
    start = 0
    while start < len(text):
        end = text.find(b'\n', start + BLOCK_BYTES)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def read_listed_names(path: Path,
                      root: Path,
                      list_format: Optional[str] = None) -> List[str]:
    """Names of the videos in a list of any format, with or without labels,
    each once.

    Args:
        path: The list.
        root: Folder of the videos, which tells whether a number belongs to a
            name.
        list_format: Format of the list, if it cannot be recognized.

    Raises:
        AnnotationError: See
            :func:`projects_move.datasets.lists.video_names.read_names`.
    """
    return read_names(path, (), list_format, partial(_is_video_below, root))


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
