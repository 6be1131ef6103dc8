"""Long-tailed class sizes, and the selection of videos by class size."""
import math
from typing import Optional, Sequence

import numpy as np

from projects_move.errors import InputError

PROFILES = {
    'exponential':
    lambda rank, count, ratio: ratio**(rank / max(count - 1, 1)),
    'step':
    lambda rank, count, ratio: 1 if rank < count / 2 else ratio,
    # exact ratio for the last rank, free of rounding errors
    'pareto':
    lambda rank, count, ratio: ratio if 0 < rank == count - 1 else
    (rank + 1)**(math.log(ratio) / math.log(max(count, 2))),
}


def exponential_class_sizes(class_counts: Sequence[int],
                            ratio: float) -> np.ndarray:
    """:func:`class_sizes` with the exponential profile of the benchmarks.

    Example:
        >>> exponential_class_sizes([90, 100, 100], 0.01).tolist()
        [1, 100, 10]
    """
    return class_sizes(class_counts, 'exponential', ratio)


def class_sizes(class_counts: Sequence[int],
                profile: str,
                ratio: float,
                minimum: int = 0,
                ranking: Optional[Sequence[int]] = None) -> np.ndarray:
    """Class sizes that decrease from the most frequent class to the rarest.

    The class of rank k keeps ``int(max(class_counts) * share)`` videos,
    rounded to 9 digits first (0.29 of 100 is 29), or all videos if it has
    fewer. Only the R classes with videos have a rank. The share is

    * ``exponential``: ``ratio ** (k / (R - 1))``;
    * ``step``: 1 in the first half of the ranks, ``ratio`` in the second;
    * ``pareto``: ``(k + 1) ** (log(ratio) / log(R))``, a power law.

    Args:
        class_counts: Videos of each class, ``(S,)``.
        profile: ``'exponential'``, ``'step'`` or ``'pareto'``.
        ratio: Size of the rarest class relative to the most frequent one, in
            (0, 1].
        minimum: Minimum size of a class that has as many videos.
        ranking: Classes from the most frequent to the rarest; by default in
            the order of their counts, ties by index.

    Returns:
        Size of each class, int64 ``(S,)``.

    Example:
        >>> class_sizes([100] * 4, 'step', 0.1).tolist()
        [100, 100, 10, 10]
        >>> class_sizes([100] * 4, 'pareto', 0.25).tolist()
        [100, 50, 33, 25]
        >>> class_sizes([0, 100, 100, 0, 100], 'exponential', 0.01).tolist()
        [0, 100, 10, 0, 1]
    """
    if not 0 < ratio <= 1:
        raise InputError(f'the imbalance ratio must be in (0, 1], got {ratio}')
    if profile not in PROFILES:
        raise ValueError(f'profile must be one of {tuple(PROFILES)}, got '
                         f'{profile!r}')
    counts = [int(count) for count in class_counts]
    if ranking is None:
        ranking = sorted(range(len(counts)), key=lambda i: (-counts[i], i))
    elif sorted(ranking) != list(range(len(counts))):
        raise ValueError(f'expected a ranking of {len(counts)} classes, got '
                         f'{list(ranking)}')
    sizes = np.zeros(len(counts), dtype=np.int64)
    ranking = [label for label in ranking if counts[label]]
    for rank, label in enumerate(ranking):
        share = PROFILES[profile](rank, len(ranking), ratio)
        size = int(round(max(counts) * share, 9))
        sizes[label] = min(max(size, minimum), counts[label])
    return sizes


def keep_first(labels: Sequence[int], sizes: Sequence[int]) -> np.ndarray:
    """Indices of the first ``sizes[c]`` videos of each class c, sorted.

    Args:
        labels: Class of each video, ``(N,)``.
        sizes: Number of videos to keep of each class, ``(S,)``.

    Example:
        >>> keep_first([0, 1, 0, 1, 0], sizes=[2, 1]).tolist()
        [0, 1, 2]
    """
    labels = np.asarray(labels)
    order = np.argsort(labels, kind='stable')
    counts = np.bincount(labels, minlength=len(sizes))
    start = np.cumsum(counts) - counts
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels)) - start[labels[order]]
    return np.flatnonzero(rank < np.asarray(sizes)[labels])
