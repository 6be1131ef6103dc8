"""Mean AP of each class over the seeds, and a smooth curve of it."""
from typing import NamedTuple, Sequence, Tuple

import numpy as np

from .run_record import MethodRecord

BANDWIDTH = np.log(2)  # a class of twice as many videos still counts
POINTS = 60


class ClassResults(NamedTuple):
    """AP of R methods for S classes.

    Args:
        mean: Mean over the seeds, ``(R, S)``; NaN without test videos.
        spread: Standard deviation over the seeds, ``(R, S)``; NaN for one
            seed.
    """
    mean: np.ndarray
    spread: np.ndarray


def class_results(records: Sequence[MethodRecord]) -> ClassResults:
    """AP of the finished runs."""
    means, spreads = [], []
    for record in records:
        ap = np.array([[row['ap'] for row in run.classes]
                       for run in record.runs])
        means.append(ap.mean(0))
        spreads.append(
            ap.std(0, ddof=1) if len(ap) > 1 else np.full(len(ap[0]), np.nan))
    return ClassResults(np.array(means), np.array(spreads))


def smooth(count: np.ndarray,
           value: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Mean of a value around each count of training videos.

    The weight of a class is a Gaussian of the difference of the logarithms,
    with a standard deviation of log 2 (Nadaraya, 1964; Watson, 1964).

    Args:
        count: Training videos of each class, ``(S,)``; classes without any
            are left out.
        value: ``(S,)``; NaN is left out.

    Returns:
        Counts, evenly spaced on a log scale, and the mean at each; empty
        without classes.

    Example:
        >>> x, y = smooth(np.array([1, 4, 0]), np.array([.5, .5, .9]))
        >>> x[[0, -1]].round(6).tolist(), y[[0, -1]].round(6).tolist()
        ([1.0, 4.0], [0.5, 0.5])
    """
    used = (count > 0) & ~np.isnan(value)
    if not used.any():
        return np.empty(0), np.empty(0)
    position = np.log(count[used])
    grid = np.linspace(position.min(), position.max(), POINTS)
    distance = (grid[:, None] - position) / BANDWIDTH
    weight = np.exp(-distance**2 / 2)
    return np.exp(grid), weight @ value[used] / weight.sum(1)
