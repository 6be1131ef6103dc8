"""Which frames of a video are used: one rule for features and raw video."""
from typing import Optional

import numpy as np


def sample_frames(total: int, num_frames: Optional[int],
                  mode: str) -> np.ndarray:
    """Index of the chosen frames, sorted.

    Args:
        total: Frames of the video, at least one.
        num_frames: Frames to choose, T.
        mode: ``'uniform'``, evenly spaced with both ends; ``'random'``, drawn
            with replacement from numpy's global generator, which MMEngine
            seeds in every worker; or ``'all'``.

    Returns:
        int64 ``(T,)``.

    Example:
        >>> sample_frames(10, 4, 'uniform').tolist()
        [0, 3, 6, 9]
    """
    if mode == 'uniform':
        return np.linspace(0, total - 1, num_frames).astype(np.int64)
    if mode == 'random':
        return np.sort(np.random.randint(total, size=num_frames))
    return np.arange(total)
