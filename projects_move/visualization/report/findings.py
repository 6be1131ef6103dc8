"""What a reader wants to know first, in sentences."""
from typing import List, NamedTuple, Sequence

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
        comparison: Lead over the next method, in words.
        verdict: See :class:`~.metric_table.Lead`.
    """
    metric: str
    best: str
    value: float
    spread: float
    comparison: str
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
                    metric.column.spread(each.best, 'std'),
                    _comparison(each, names), each.verdict))
    return found


def _comparison(found: Lead, names: Sequence[str]) -> str:
    if found.runner_up is None:
        return 'the only method'
    other = names[found.runner_up]
    if found.verdict == 'untested':
        seeds = f'fewer than {MIN_SEEDS} common seeds, so no test'
        if found.gap < 0:
            return (f'{other} is {-found.gap:.3f} better, but has fewer than '
                    f'{MIN_SEEDS} seeds: no test')
        return f'{found.gap:.3f} better than {other}; {seeds}'
    gap = f'{found.gap:.3f} better than {other}'
    if found.verdict == 'within':
        close = _list([names[i] for i in found.close])
        return f'{gap}; within the spread of the seeds: {close}'
    return (f'{gap}: beyond the spread of the seeds '
            f'(p = {_p_text(found.p_value)})')


def _p_text(p_value: float) -> str:
    return f'{p_value:.3f}' if p_value >= .001 else f'{p_value:.0e}'


def headline(found: Sequence[Finding]) -> str:
    """The first sentence of the report."""
    first = found[0]
    if first.comparison == 'the only method':
        return f'{first.best} has {first.metric} {_value(first)}.'
    sure = [
        each.metric for each in found
        if each.best == first.best and each.verdict == 'beyond'
    ]
    sentence = (f'{first.best} has the best {first.metric}, {_value(first)}: '
                f'{first.comparison}.')
    if sure[1:] or (sure and sure[0] != first.metric):
        sentence += (' Its lead is beyond the spread of the seeds in '
                     f'{_list(sure)}.')
    others = sorted({each.best for each in found if each.best != first.best})
    for name in others:
        metrics = [each.metric for each in found if each.best == name]
        sentence += f' {name} is best in {_list(metrics)}.'
    return sentence


def _value(found: Finding) -> str:
    spread = '' if found.spread is None else f' ± {found.spread:.3f}'
    return f'{found.value:.3f}{spread}'


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
