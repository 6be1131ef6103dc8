"""Holding a part of a training list out, to choose settings on it."""
import hashlib
from typing import Sequence

import numpy as np


def hold_out(names: Sequence[str], labels: Sequence[Sequence[int]],
             share: float) -> np.ndarray:
    """Which videos are held out: of each class the same share.

    A video counts for the first of its labels. Which of a class are taken
    depends on their names alone (the order of their SHA-1), so that every
    machine, seed and order of the list takes the same. A class never loses
    its last video.

    Args:
        names: Of the videos, N.
        labels: Of each video, one or several.
        share: In [0, 1).

    Returns:
        bool ``(N,)``.

    Example:
        >>> hold_out(['a', 'b', 'c', 'd', 'e'], [[0], [0], [0], [0], [1]],
        ...          share=0.5).tolist()
        [False, False, True, True, False]
    """
    if not 0 <= share < 1:
        raise ValueError(f'the share held out must be in [0, 1), got {share}')
    held_out = np.zeros(len(names), dtype=bool)
    by_class = {}
    for index, row in enumerate(labels):
        by_class.setdefault(row[0], []).append(index)
    for indices in by_class.values():
        indices.sort(key=lambda i: hashlib.sha1(names[i].encode()).hexdigest())
        count = min(round(len(indices) * share), len(indices) - 1)
        held_out[indices[:count]] = True
    return held_out
