"""Cutting a long-tailed list out of a larger one."""
from typing import Sequence

import numpy as np


def exponential_class_sizes(class_counts: Sequence[int],
                            ratio: float) -> np.ndarray:
    """Class sizes that fall exponentially from the most frequent class.

    The class of rank k of S keeps ``int(most * ratio ** (k / (S - 1)))``
    videos, or all where it has fewer. Classes rank by their count; of equal
    counts the smaller class index comes first.

    Args:
        class_counts: Videos of each class, ``(S,)``.
        ratio: Of the rarest to the most frequent class, in (0, 1].

    Returns:
        int64 ``(S,)``, in the order of the classes.

    Example:
        >>> exponential_class_sizes([90, 100, 100], 0.01).tolist()
        [1, 100, 10]
    """
    if not 0 < ratio <= 1:
        raise ValueError(f'the imbalance ratio must be in (0, 1], got {ratio}')
    counts = [int(count) for count in class_counts]
    ranking = sorted(range(len(counts)), key=lambda i: (-counts[i], i))
    last = max(len(counts) - 1, 1)
    sizes = np.zeros(len(counts), dtype=np.int64)
    for rank, label in enumerate(ranking):
        size = int(max(counts) * ratio**(rank / last))
        sizes[label] = min(size, counts[label])
    return sizes


def keep_first(labels: Sequence[int], sizes: Sequence[int]) -> np.ndarray:
    """Index of the first ``sizes[c]`` videos of each class c, in order.

    Example:
        >>> keep_first([0, 1, 0, 1, 0], sizes=[2, 1]).tolist()
        [0, 1, 2]
    """
    labels = np.asarray(labels)
    order = np.argsort(labels, kind='stable')
    counts = np.bincount(labels, minlength=len(sizes))
    start = np.cumsum(counts) - counts
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels)) - start[labels[order]]
    return np.flatnonzero(place < np.asarray(sizes)[labels])
