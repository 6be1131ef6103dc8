"""Which method is better, and whether the seeds show it."""
import numpy as np
import pytest
from scipy.stats import ttest_rel

from projects_move.visualization.report.class_results import class_results
from projects_move.visualization.report.dumped_config import DumpedConfig
from projects_move.visualization.report.findings import (class_findings,
                                                         findings, headline)
from projects_move.visualization.report.metric_table import (metric_columns,
                                                             test_note)
from projects_move.visualization.report.run_record import (MethodRecord,
                                                           RunRecord)

test_note.__test__ = False  # no test of its own


def method(name, classes=(), **metrics):
    """A method with values of each metric by seed."""
    seeds = range(max(map(len, metrics.values())))
    return MethodRecord(name, [
        RunRecord(
            seed, None, {
                key: values[seed]
                for key, values in metrics.items() if seed < len(values)
            }, list(classes), DumpedConfig('', {}), {}, {}) for seed in seeds
    ], [])


def found(*methods):
    return findings(methods, metric_columns(methods))


GOOD, CLOSE, BAD = (.90, .91, .92, .93), (.89, .92, .90, .93), (.4, .42, .5,
                                                                .44)


def test_beyond_the_spread_of_the_seeds():
    each, = found(method('bad', mAP=BAD), method('good', mAP=GOOD))
    assert (each.best, each.verdict) == ('good', 'beyond')
    p_value = ttest_rel(GOOD, BAD).pvalue
    assert each.certainty == (
        f'beyond the spread of the seeds (p = {p_value:.0e})')
    assert each.gap == f'{np.mean(GOOD) - np.mean(BAD):.3f} better than bad'
    assert each.spread == pytest.approx(np.std(GOOD, ddof=1))


def test_within_the_spread_of_the_seeds():
    each, = found(method('good', mAP=GOOD), method('close', mAP=CLOSE))
    assert ttest_rel(GOOD, CLOSE).pvalue > .05
    assert each.verdict == 'within' and 'beyond' not in each.certainty
    # the next one is beyond, a worse one with more spread is not
    noisy = (.2, .93, .1, .94)
    each, = found(
        method('good', mAP=GOOD), method('next', mAP=[v - .1 for v in GOOD]),
        method('noisy', mAP=noisy))
    assert each.gap.endswith('better than next')
    assert each.verdict == 'within' and 'noisy' in each.certainty


def test_too_few_seeds_for_a_test():
    each, = found(method('a', mAP=(.5, .6)), method('b', mAP=(.7, .9)))
    assert (each.best, each.verdict) == ('b', 'untested')
    assert 'too few for a test' in each.certainty
    # a method that has just begun is no winner, but it is named
    each, = found(method('new', mAP=(.99, )), method('old', mAP=GOOD))
    assert each.best == 'old' and each.gap == '0.075 worse than new'
    assert 'the other one has fewer than 3 seeds' in each.certainty


def test_the_lowest_calibration_error_is_the_best():
    each, = found(method('a', ece=GOOD), method('b', ece=BAD))
    assert each.best == 'b' and each.gap == '0.475 better than a'
    assert each.verdict == 'beyond'


def test_headline():
    text = ' '.join(
        headline(
            found(
                method('a', mAP=GOOD, acc1=CLOSE, ece=BAD),
                method('b', mAP=BAD, acc1=GOOD, ece=GOOD))))
    assert text.startswith('a has the best mAP, 0.915 ± 0.013: ')
    assert 'a is ahead beyond the spread of the seeds in mAP and ECE.' in text
    assert 'Other methods have the best Acc@1, within the spread' in text
    only = headline(found(method('a', mAP=(.5, ))))
    assert only == [
        'a has the best mAP, 0.500: the only method with this metric, '
        'nothing to compare with.'
    ]


def rows(*ap):
    return [
        dict(
            name=name,
            training_videos=count,
            test_videos=5,
            group='tail',
            ap=value) for name, count, value in zip('xyz', (9, 3, 1), ap)
    ]


def test_classes_that_gain_and_lose():
    nan = float('nan')
    records = [
        method('a', rows(.5, .5, nan), mAP=(.5, )),
        method('b', rows(.9, .2, nan), mAP=(.6, ))
    ]
    results = class_results(records)
    assert results.mean[:, :2].tolist() == [[.5, .5], [.9, .2]]
    assert np.isnan(results.spread).all()
    text = ' '.join(class_findings(records, results.mean, 1, 0))
    assert 'AP of 1 classes rises by more than 0.01, that of 1 falls' in text
    assert 'Largest gains: x +0.400 (9 training videos).' in text
    assert 'Largest losses: y -0.300 (3 training videos).' in text
    assert class_findings(records, results.mean, 0, 0) == []


def test_note_says_whether_there_was_a_test():
    few = metric_columns([method('a', mAP=(.5, )), method('b', mAP=(.6, ))])
    assert test_note(few).startswith('Fewer than 3 common seeds')
    enough = [method('a', mAP=GOOD), method('b', mAP=BAD)]
    assert 'paired t-test' in test_note(metric_columns(enough))
