"""Metrics of all methods, with their spread and the tests between them."""
from typing import List, NamedTuple, Optional, Sequence

from projects_move.evaluation.seed_statistics import Column, lower_is_better
from projects_move.evaluation.significance import LEVEL, MIN_SEEDS
from .run_record import MethodRecord

COLUMNS = {
    'mAP': 'mAP',
    'mAP head': 'mAP_head',
    'mAP medium': 'mAP_medium',
    'mAP tail': 'mAP_tail',
    'mAP few': 'mAP_few',
    'Acc@1': 'acc1',
    'Acc@5': 'acc5',
    'Tail Acc@1': 'acc1_tail',
    'ECE': 'ece',
}


class MetricColumn(NamedTuple):
    """A metric of all methods.

    Args:
        title: Title of the column.
        key: Name of the metric.
        column: Mean, spread and comparison of the methods.
    """
    title: str
    key: str
    column: Column

    @property
    def best(self) -> Optional[int]:
        """Index of the best method."""
        return self.column.comparison.best

    def ranked(self) -> List[int]:
        """Indices of the methods with values, the best mean first."""
        sign = 1 if lower_is_better(self.key) else -1
        found = [
            index for index, mean in enumerate(self.column.means)
            if mean is not None
        ]
        return sorted(found, key=lambda i: sign * self.column.means[i])


class Lead(NamedTuple):
    """How the best method of a metric compares with the next one.

    Args:
        metric: The metric.
        best: Index of the best method.
        runner_up: Index of the best of the others; None for a single method.
        gap: Difference of their means, positive if ``best`` is better, which
            it need not be if ``runner_up`` has too few seeds for a test.
        verdict: ``'beyond'`` if all tested methods are significantly worse,
            ``'within'`` if some is not, ``'untested'`` if the next one has
            too few seeds.
        p_value: Corrected p-value of the pair, if it was tested.
        close: Indices of the methods that are not significantly worse.
    """
    metric: MetricColumn
    best: int
    runner_up: Optional[int]
    gap: float
    verdict: str
    p_value: Optional[float]
    close: List[int]


def metric_columns(records: Sequence[MethodRecord]) -> List[MetricColumn]:
    """Columns of the metrics that some method has."""
    columns = []
    for title, key in COLUMNS.items():
        values = [record.values(key) for record in records]
        if any(values):
            columns.append(
                MetricColumn(title, key, Column(values, lower_is_better(key))))
    return columns


def lead(metric: MetricColumn) -> Lead:
    """The best method of a metric against the next one."""
    best = metric.best
    others = [index for index in metric.ranked() if index != best]
    if not others:
        return Lead(metric, best, None, 0., 'untested', None, [])
    runner_up = others[0]
    means = metric.column.means
    gap = means[best] - means[runner_up]
    p_value = metric.column.comparison.p_values[runner_up]
    close = [i for i in others if metric.column.comparison.is_within_noise(i)]
    verdict = 'untested' if p_value is None else \
        'within' if close else 'beyond'
    return Lead(metric, best, runner_up,
                -gap if lower_is_better(metric.key) else gap, verdict, p_value,
                close)


def test_note(columns: Sequence[MetricColumn]) -> str:
    """Sentence on the tests, for below the table."""
    tested = any(p is not None for column in columns
                 for p in column.column.comparison.p_values)
    if not tested:
        return (f'Fewer than {MIN_SEEDS} common seeds: no test says whether a '
                'difference is more than chance.')
    return ('Bold: the best mean. †: not significantly worse, p ≥ '
            f'{LEVEL:g} in a two-sided paired t-test over the seeds against '
            "the best row, with Holm's correction for the rows of the column.")
