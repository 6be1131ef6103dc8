import numpy as np
import pytest

from projects_move.evaluation.ranking import RankCounter

KINDS = dict(
    shares=lambda random, n: random.random(n),
    logits=lambda random, n: random.standard_normal(n),
    ties=lambda random, n: random.standard_normal(n).round(),
    zeros=lambda random, n: random.integers(-1, 2, n) * -0.,
    infinite=lambda random, n: np.where(
        random.random(n) > .8, np.inf, -random.random(n)),
    tiny=lambda random, n: random.random(n) * 1e-40)


def compared(scores, order, values, places):
    return [
        int((scores > value).sum() +
            ((scores == value) & (order < place)).sum())
        for value, place in zip(values, places)
    ]


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('few', [1, 9, 30])
@pytest.mark.parametrize('seed', range(12))
def test_equals_comparing_all(kind, seed, few):
    """Of its own videos and, as between ranks, of others."""
    random = np.random.default_rng(seed)
    draw = KINDS[kind]
    order = np.sort(random.choice(1000, 10 * seed + 1, replace=False))
    counter = RankCounter(order)
    for _ in range(3):  # classes, one after the other
        scores = draw(random, len(order)).astype(np.float32)
        own = random.integers(0, len(order), few)
        others = draw(random, few).astype(np.float32)
        for values, places in ((scores[own], order[own]),
                               (others, random.integers(0, 1000, few))):
            found = counter.ahead_of(values, places, scores)
            assert found.tolist() == compared(scores, order, values, places)


def test_nothing_to_count():
    none = np.empty(0, np.float32)
    one, place = np.ones(1, np.float32), np.zeros(1, int)
    assert RankCounter(np.arange(0)).ahead_of(one, place, none).tolist() == [0]
    assert len(RankCounter(place).ahead_of(none, place[:0], one)) == 0
