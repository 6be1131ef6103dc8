"""Paired tests against the best row."""
import math
import random

import numpy as np
import pytest
from scipy.stats import ttest_rel

from projects_move.evaluation.significance import compare, holm, paired_p_value


def values(*numbers, first=0):
    return dict(enumerate(numbers, first))


def test_three_seeds_in_closed_form():
    """Student's t of two degrees of freedom has an elementary integral."""
    best, other = values(.5, .7, .9), values(.4, .5, .6)
    t = .2 / (.1 / math.sqrt(3))
    assert paired_p_value(best,
                          other) == pytest.approx(1 - t / math.sqrt(t**2 + 2))


@pytest.mark.parametrize('count', [3, 5, 8])
def test_equals_scipy_on_the_common_seeds(count):
    generator = np.random.default_rng(count)
    noise = generator.normal(size=count)  # of the seed, common to both rows
    best = noise + generator.normal(size=count) / 9 + 1
    other = noise + generator.normal(size=count) / 9
    expected = ttest_rel(best, other).pvalue
    first, second = values(*best), values(*other)
    first[77], second[78] = 5., -3.  # of one row only
    shuffled = dict(reversed(list(second.items())))
    assert paired_p_value(first, shuffled) == pytest.approx(expected)


def test_limiting_cases():
    row = values(.5, .7, .6)
    assert paired_p_value(row, row) == 1
    assert paired_p_value(row, values(.6, .7, .6)) == 1  # the other is better
    # always by .1: no spread, so that the sign test decides
    assert paired_p_value(row, values(.4, .6, .5)) == .25
    assert paired_p_value(values(*[.9] * 8), values(*[.8] * 8)) == 2**-7
    assert paired_p_value(values(*[.1 + .2] * 3), values(*[.3] * 3)) == 1
    assert paired_p_value(row, values(.4, .3)) is None
    assert paired_p_value(row, values(.4, .3, .1, first=1)) is None
    assert paired_p_value(values(), values()) is None


def test_a_row_that_has_just_begun_is_no_reference():
    got = compare([values(.95), values(.9, .8, .85), values(.1, .2, .12)])
    assert got.best == 1 and got.untested == [0]
    assert got.p_values[2] < .05


def test_holm_by_its_definition():
    random.seed(0)
    for size in (0, 1, 2, 7):
        raw = [random.random()**3 for _ in range(size)]
        ranked = sorted(raw)
        for value, corrected in zip(raw, holm(raw)):
            k = ranked.index(value)
            assert corrected == max(
                min(1, (size - j) * ranked[j]) for j in range(k + 1))


def test_comparison():
    rows = [
        values(.50, .51, .53, .49),  # clearly worse
        values(.90, .80, .85, .95),  # best
        values(.91, .79, .80, .96),  # worse on average, by little
        values(.1, .2),  # two seeds
        values(),  # none
    ]
    got = compare(rows)
    assert got.best == 1 and got.untested == [3]
    raw = [
        ttest_rel(*(list(rows[i].values()) for i in pair)).pvalue
        for pair in ((1, 0), (1, 2))
    ]
    assert got.p_values[0] == pytest.approx(2 * raw[0])
    assert got.p_values[2] == pytest.approx(raw[1])
    assert got.p_values[1] is got.p_values[3] is got.p_values[4] is None
    assert [got.is_within_noise(i)
            for i in range(5)] == [False, False, True, False, False]
    negative = [{seed: -value for seed, value in row.items()} for row in rows]
    assert compare(negative, lower_is_better=True) == got
    assert compare([values(), values()]).best is None


def test_the_level_is_kept():
    """Of rows that differ by noise only, few are called worse."""
    generator = np.random.default_rng(0)
    false = 0
    for _ in range(300):
        rows = [values(*generator.normal(size=8)) for _ in range(2)]
        p_value, = (p for p in compare(rows).p_values if p is not None)
        false += p_value < .05
    assert 3 <= false <= 27  # 15 are expected
