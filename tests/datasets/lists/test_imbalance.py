import numpy as np
import pytest

from projects_move.datasets.lists.imbalance import (class_sizes,
                                                    exponential_class_sizes,
                                                    keep_first)


def test_sizes_follow_the_rule():
    counts = [50, 400, 30, 400, 7]
    sizes = exponential_class_sizes(counts, .1)
    rule = [int(400 * .1**(rank / 4)) for rank in range(5)]
    assert sizes.tolist() == [50, rule[0], 30, rule[1], 7]


@pytest.mark.parametrize('profile', ['exponential', 'step', 'pareto'])
def test_rounding_errors_do_not_reduce_sizes(profile):
    for percent in range(1, 101):
        sizes = class_sizes([100] * 4, profile, percent / 100)
        assert sizes[-1] == percent


def test_sizes_equal_the_released_code():
    for ratio in (.01, .02, .05, .1, *(i / 1000 for i in range(1, 1000))):
        sizes = exponential_class_sizes([399] * 200, ratio)
        assert sizes.tolist() == [
            int(399 * ratio**(rank / 199)) for rank in range(200)
        ]


@pytest.mark.parametrize('counts, ratio, expected', [
    ([3, 9, 5], 1., [3, 9, 5]),
    ([8], .01, [8]),
    ([100] * 3, .01, [100, 10, 1]),
])
def test_limiting_cases(counts, ratio, expected):
    assert exponential_class_sizes(counts, ratio).tolist() == expected


def test_keep_first_against_a_loop():
    rng = np.random.default_rng(3)
    labels, sizes = rng.integers(0, 7, 200), rng.integers(0, 40, 7)
    seen, kept = [0] * 7, []
    for i, label in enumerate(labels):
        if seen[label] < sizes[label]:
            kept.append(i)
        seen[label] += 1
    assert keep_first(labels, sizes).tolist() == kept


@pytest.mark.parametrize('ratio', [0, 1.01])
def test_wrong_ratio(ratio):
    with pytest.raises(ValueError, match=f'in .0, 1., got {ratio}'):
        exponential_class_sizes([1, 2], ratio)


@pytest.mark.parametrize('profile', ['exponential', 'step', 'pareto'])
@pytest.mark.parametrize('ratio', [.01, .3, 1])
def test_classes_without_videos_take_no_place(profile, ratio):
    counts = [0, 70, 100, 0, 0, 100, 90, 5, 0]
    filled = [count for count in counts if count]
    sizes = class_sizes(counts, profile, ratio, minimum=1)
    expected = iter(class_sizes(filled, profile, ratio, minimum=1))
    assert sizes.tolist() == [next(expected) if c else 0 for c in counts]
    ranking = [8, 7, 0, 6, 5, 4, 3, 2, 1]
    sizes = class_sizes(counts, profile, ratio, ranking=ranking)
    expected = iter(
        class_sizes(filled, profile, ratio, ranking=[4, 3, 2, 1, 0]))
    assert sizes.tolist() == [next(expected) if c else 0 for c in counts]


def test_no_videos():
    assert class_sizes([0, 0], 'exponential', .1).tolist() == [0, 0]
