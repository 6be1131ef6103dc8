"""Mean and spread over the seeds, of each row of a column."""
from typing import List, Optional

import numpy as np

from .significance import Comparison, Values, compare

SPREADS = dict(std='standard deviation', sem='standard error')


def lower_is_better(metric: str) -> bool:
    """Whether the lowest value of a metric is the best, as of a calibration
    error.

    Example:
        >>> lower_is_better('ece_tail'), lower_is_better('mAP')
        (True, False)
    """
    return metric.split('_')[0] == 'ece'


class Column:
    """Values of a metric in all rows of a table.

    Args:
        values: Values of each row.
        lower_is_better: Whether the lowest mean is the best, as that of a
            calibration error.

    Attributes:
        means: Mean of each row over its seeds, None without values.
        comparison: Paired tests of the rows against the best one.
    """

    def __init__(self, values: List[Values], lower_is_better: bool) -> None:
        self.values = [list(row.values()) for row in values]
        self.means = [
            float(np.mean(row)) if row else None for row in self.values
        ]
        self.comparison: Comparison = compare(values, lower_is_better)

    def is_best(self, index: int) -> bool:
        best = self.comparison.best
        return best is not None and self.means[index] == self.means[best]

    def spread(self, index: int, kind: str) -> Optional[float]:
        """Sample standard deviation of a row over its seeds, ``'std'``, or
        the standard error of its mean, ``'sem'``; None for one seed."""
        values = self.values[index]
        if len(values) < 2:
            return None
        std = float(np.std(values, ddof=1))
        return std if kind == 'std' else std / len(values)**.5
