"""Videos of an extraction."""
import os
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np


class Videos(Sequence):
    """Names of videos, and the data info of each on demand.

    Args:
        names: Encoded names, bytes ``(N,)``, each once.
        info: Function from a row of the source to the data info of its video:
            ``video_id``, ``filename`` or ``frame_dir``, and the other keys
            that the pipeline requires.
        rows: Row of each video in the source, int64 ``(N,)``; by default
            0, 1, ...
    """

    def __init__(self,
                 names: np.ndarray,
                 info: Callable[[int], dict],
                 rows: Optional[np.ndarray] = None) -> None:
        self.names = names
        self.rows = np.arange(len(names)) if rows is None else rows
        self._info = info

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> dict:
        """Data info of a video."""
        return self._info(int(self.rows[index]))

    def name(self, index: int) -> str:
        """Name of a video."""
        return os.fsdecode(self.names[index])

    def take(self, indices: np.ndarray) -> 'Videos':
        """Some of the videos, by index, boolean mask or slice."""
        return Videos(self.names[indices], self._info, self.rows[indices])


def leaves_folder(name: str) -> bool:
    """Whether the name of a video is a path to another folder.

    Example:
        >>> leaves_folder('a..b/c'), leaves_folder('a/../../b')
        (False, True)
    """
    return os.path.isabs(name) or '..' in Path(name).parts
