"""Rows of a table: methods with a run for each seed."""
from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from .runs import Run
from .significance import MIN_SEEDS, Comparison, Values, compare

SPREADS = dict(std='standard deviation', sem='standard error')


class Row(NamedTuple):
    """Row of a table: one method.

    Args:
        name: Name of the method.
        runs: Runs of the method, one for each seed.
        paper: Number of the paper for each of the first columns, None if it
            has none.
        aggregated: Whether the model has aggregators; None if unknown.
    """
    name: str
    runs: Tuple[Run, ...]
    paper: Tuple[Optional[float], ...] = ()
    aggregated: Optional[bool] = None

    def values(self, key: str) -> Values:
        """Values of a metric by seed, of the finished runs that have it."""
        metrics = {run.seed: run.metrics or {} for run in self.runs}
        return {
            seed: each[key]
            for seed, each in metrics.items() if each.get(key) is not None
        }

    @property
    def failed(self) -> List[Run]:
        """Runs without metrics."""
        return [run for run in self.runs if run.metrics is None]


class Table(NamedTuple):
    """Table of methods.

    Args:
        caption: Caption above the table.
        columns: Metrics, by the name of their column.
        rows: Rows, one for each method.
    """
    caption: str
    columns: Dict[str, str]
    rows: List[Row]

    def column(self, key: str) -> 'Column':
        """Values of a metric in all rows."""
        return Column([row.values(key) for row in self.rows],
                      key.startswith('ece'))

    def has_paper(self, index: int) -> bool:
        """Whether the paper has a number in a column."""
        return any(row.paper[index:index + 1] not in ((), (None, ))
                   for row in self.rows)

    @property
    def has_aggregated(self) -> bool:
        return any(row.aggregated is not None for row in self.rows)


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


def significance_notes(table: Table, columns: List[Column]) -> List[str]:
    """Sentences on the tests of a table; † is the mark of a number within the
    noise of the best one."""
    comparisons = dict(
        zip(table.columns, (column.comparison for column in columns)))
    lines = []
    if any(p is not None for each in comparisons.values()
           for p in each.p_values):
        lines.append(
            'Bold: the best mean. †: not significantly worse, p ≥ 0.05 in a '
            'two-sided paired t-test over the seeds against the best row, '
            "with Holm's correction for the rows of the column.")
    noisy = [
        name for name, each in comparisons.items()
        if any(map(each.is_within_noise, range(len(table.rows))))
    ]
    if noisy:
        lines.append('The best number is within the noise of another: '
                     f'{", ".join(noisy)}.')
    untested = {i for each in comparisons.values() for i in each.untested}
    if untested:
        names = [table.rows[i].name for i in sorted(untested)]
        lines.append(
            f'No test is possible with fewer than {MIN_SEEDS} common seeds: '
            f'{", ".join(dict.fromkeys(names))}.')
    return lines
