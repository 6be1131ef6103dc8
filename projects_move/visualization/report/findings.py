"""What a reader wants to know first, in sentences."""
from typing import List, NamedTuple, Optional, Sequence

import numpy as np

from projects_move.evaluation.significance import MIN_SEEDS
from .metric_table import Lead, MetricColumn, lead
from .run_record import MethodRecord

NAMED = 5  # classes named in a sentence
CHANGE = .01  # a smaller difference of AP counts as none


class Finding(NamedTuple):
    """Best method of a metric.

    Args:
        metric: Title of the metric.
        best: Name of the best method.
        value: Its mean.
        spread: Standard deviation over its seeds, None for one seed.
        gap: Lead over the next method, in words.
        certainty: Whether the lead is beyond the spread of the seeds, in
            words.
        verdict: See :class:`~.metric_table.Lead`.
    """
    metric: str
    best: str
    value: float
    spread: Optional[float]
    gap: str
    certainty: str
    verdict: str


def findings(records: Sequence[MethodRecord],
             columns: Sequence[MetricColumn]) -> List[Finding]:
    """One finding for each metric."""
    names = [record.name for record in records]
    found = []
    for metric in columns:
        each = lead(metric)
        found.append(
            Finding(metric.title, names[each.best],
                    metric.column.means[each.best],
                    metric.column.spread(each.best, 'std'), _gap(each, names),
                    _certainty(each, names), each.verdict))
    return found


def _gap(found: Lead, names: Sequence[str]) -> str:
    if found.runner_up is None:
        return 'the only method with this metric'
    other = names[found.runner_up]
    if found.gap < 0:
        return f'{_number(-found.gap)} worse than {other}'
    return 'equal to ' + other if found.gap == 0 else \
        f'{_number(found.gap)} better than {other}'


def _number(gap: float) -> str:
    return f'{gap:.3f}' if gap >= .0005 else 'less than 0.001'


def _certainty(found: Lead, names: Sequence[str]) -> str:
    if found.runner_up is None:
        return 'nothing to compare with'
    if found.gap < 0:
        return (f'the other one has fewer than {MIN_SEEDS} seeds, too few for '
                'a test')
    if found.verdict == 'untested':
        return f'fewer than {MIN_SEEDS} common seeds, too few for a test'
    if found.verdict == 'beyond':
        p_value = found.p_value
        shown = f'{p_value:.3f}' if p_value >= .001 else f'{p_value:.0e}'
        return f'beyond the spread of the seeds (p = {shown})'
    if found.close == [found.runner_up]:
        return 'within the spread of the seeds'
    close = _list([names[i] for i in found.close])
    return f'within the spread of the seeds of {close}'


def headline(found: Sequence[Finding]) -> List[str]:
    """The first sentences of the report."""
    first = found[0]
    spread = '' if first.spread is None else f' ± {first.spread:.3f}'
    sentences = [
        f'{first.best} has the best {first.metric}, '
        f'{first.value:.3f}{spread}: {first.gap}, {first.certainty}.'
    ]
    for name in dict.fromkeys(each.best for each in found):
        sure = [
            each.metric for each in found
            if each.best == name and each.verdict == 'beyond'
        ]
        if sure and sure != [first.metric]:
            sentences.append(f'{name} is ahead beyond the spread of the seeds '
                             f'in {_list(sure)}.')
    unsure = [
        each.metric for each in found
        if each.best != first.best and each.verdict == 'within'
    ]
    if unsure:
        sentences.append(f'Other methods have the best {_list(unsure)}, '
                         'within the spread of the seeds.')
    return sentences


def _list(words: Sequence[str]) -> str:
    *first, last = words
    return f'{", ".join(first)} and {last}' if first else last


def class_findings(records: Sequence[MethodRecord], ap: np.ndarray, best: int,
                   reference: int) -> List[str]:
    """Sentences on the classes that gain and lose most.

    Args:
        records: Methods.
        ap: Mean AP of each method and class, ``(R, S)``, NaN for a class
            without test videos.
        best: Index of a method.
        reference: Index of the method to compare it with.
    """
    if best == reference:
        return []
    rows = records[best].runs[0].classes
    change = ap[best] - ap[reference]
    measured = np.flatnonzero(~np.isnan(change))
    ups = [i for i in measured if change[i] > CHANGE]
    downs = [i for i in measured if change[i] < -CHANGE]
    sentences = [
        f'{records[best].name} against {records[reference].name}: the AP of '
        f'{len(ups)} classes rises by more than {CHANGE:g}, that of '
        f'{len(downs)} falls, that of {len(measured) - len(ups) - len(downs)} '
        'stays.'
    ]
    for word, chosen in (('Largest gains',
                          sorted(ups, key=lambda i: -change[i])),
                         ('Largest losses',
                          sorted(downs, key=lambda i: change[i]))):
        if chosen:
            sentences.append(f'{word}: ' + '; '.join(
                f'{rows[i]["name"]} {change[i]:+.3f} '
                f'({_videos(rows[i]["training_videos"])})'
                for i in chosen[:NAMED]) + '.')
    return sentences


def _videos(count: int) -> str:
    return f'{count} training video' + ('' if count == 1 else 's')
