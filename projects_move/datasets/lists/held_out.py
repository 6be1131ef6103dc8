"""Split of a training list, to choose settings on the held-out part."""
import hashlib
from typing import Sequence

import numpy as np


def hold_out(names: Sequence[str], labels: Sequence[Sequence[int]],
             share: float) -> np.ndarray:
    """Mask of the held-out videos, the same share of each class.

    A video belongs to the class of its first label. Videos are selected in
    the order of the SHA-1 of their names, so the selection does not depend on
    the machine, the seed or the order of the list. At least one video of each
    class is not held out.

    Args:
        names: Names of the videos, N.
        labels: Labels of each video, at least one.
        share: Share of each class to hold out, in [0, 1).

    Returns:
        bool ``(N,)``, true where a video is held out.

    Example:
        >>> hold_out(['a', 'b', 'c', 'd', 'e'], [[0], [0], [0], [0], [1]],
        ...          share=0.5).tolist()
        [False, False, True, True, False]
    """
    if not 0 <= share < 1:
        raise ValueError(f'the held-out share must be in [0, 1), got {share}')
    held_out = np.zeros(len(names), dtype=bool)
    by_class = {}
    for index, row in enumerate(labels):
        by_class.setdefault(row[0], []).append(index)
    for indices in by_class.values():
        indices.sort(key=lambda i: hashlib.sha1(names[i].encode()).hexdigest())
        count = min(round(len(indices) * share), len(indices) - 1)
        held_out[indices[:count]] = True
    return held_out
