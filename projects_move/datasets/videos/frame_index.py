"""Selection of frames, the same for features and raw videos."""
from typing import Optional

import numpy as np

MODES = ('uniform', 'random', 'all')


def draw_positions(num_frames: int, *batch: int) -> np.ndarray:
    """Sorted random positions in videos, ``(*batch, T)`` in [0, 1).

    Random numbers come from numpy's global generator, which MMEngine seeds in
    every worker. A call for a batch draws the same numbers as one call for
    each video.

    Args:
        num_frames: Number of positions, T.
        batch: Leading dimensions.
    """
    positions = np.random.random((*batch, num_frames))
    positions.sort(-1)
    return positions


def frame_indices(total: int,
                  num_frames: Optional[int],
                  mode: str,
                  positions: Optional[np.ndarray] = None) -> np.ndarray:
    """Sorted indices of the selected frames, int64 ``(T,)``.

    Args:
        total: Number of frames of the video, at least one.
        num_frames: Number of frames to select, T; ignored in mode ``'all'``.
        mode: ``'uniform'``, evenly spaced including both ends; ``'random'``,
            the frames at ``positions``, which may repeat; or ``'all'``.
        positions: Positions for mode ``'random'``, see
            :func:`draw_positions`.

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
