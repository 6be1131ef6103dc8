"""Rows of a table: methods with a run for each seed."""
from typing import Dict, List, NamedTuple, Optional, Tuple

from projects_move.errors import InputError
from projects_move.evaluation.seed_statistics import Column, lower_is_better
from projects_move.evaluation.significance import MIN_SEEDS, Values
from .run import Key, Run


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

    @property
    def runs(self) -> List[Run]:
        return [run for row in self.rows for run in row.runs]

    def column(self, key: str) -> Column:
        """Values of a metric in all rows."""
        return Column([row.values(key) for row in self.rows],
                      lower_is_better(key))

    def has_paper(self, index: int) -> bool:
        """Whether the paper has a number in a column."""
        return any(row.paper[index:index + 1] not in ((), (None, ))
                   for row in self.rows)

    @property
    def has_aggregated(self) -> bool:
        return any(row.aggregated is not None for row in self.rows)


def distinct_runs(tables: List[Table]) -> List[Run]:
    """Each run of the tables once.

    Raises:
        InputError: For two configs of one name, which would be one run.
    """
    found: Dict[Key, Run] = {}
    for table in tables:
        for run in table.runs:
            other = found.setdefault(run.key, run)
            if other.config.resolve() != run.config.resolve():
                raise InputError(f'{other.config} and {run.config}: expected '
                                 'configs of different names')
    return list(found.values())


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
