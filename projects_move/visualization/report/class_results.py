"""Mean AP of each class over the seeds."""
from typing import NamedTuple, Sequence

import numpy as np

from .run_record import MethodRecord


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
