"""Which frames of a video are used: one rule for features and raw video."""
from typing import Optional

import numpy as np

MODES = ('uniform', 'random', 'all')


def draw_positions(num_frames: int, *batch: int) -> np.ndarray:
    """Random positions in videos, ascending, ``(*batch, T)`` in [0, 1).

    From numpy's global generator, which MMEngine seeds in every worker. One
    call for many videos draws the same numbers as a call for each.

    Args:
        num_frames: T.
        batch: Sizes before it.
    """
    positions = np.random.random((*batch, num_frames))
    positions.sort(-1)
    return positions


def frame_indices(total: int,
                  num_frames: Optional[int],
                  mode: str,
                  positions: Optional[np.ndarray] = None) -> np.ndarray:
    """Index of the chosen frames, ascending, int64 ``(T,)``.

    Args:
        total: Frames of the video, at least one.
        num_frames: T; all frames are chosen in mode ``'all'``.
        mode: ``'uniform'``, evenly spaced with both ends; ``'random'``, the
            frames at ``positions``, which may repeat; or ``'all'``.
        positions: Of mode ``'random'``, see :func:`draw_positions`.

    Example:
        >>> frame_indices(10, 4, 'uniform').tolist()
        [0, 3, 6, 9]
        >>> frame_indices(10, 2, 'random', np.array([.05, .99])).tolist()
        [0, 9]
    """
    if mode == 'uniform':
        return np.linspace(0, total - 1, num_frames).astype(np.int64)
    if mode == 'random':
        return (positions * total).astype(np.int64)
    return np.arange(total)
