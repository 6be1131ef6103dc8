import math

import numpy as np
import pytest
import torch

import projects_move.functional as F
from projects_move.functional.ranking import FEW, count_higher
from tests import oracles
from tests.golden import assert_close, load


def make(num_videos, num_classes, ties=False, density=.3):
    torch.manual_seed(num_videos)
    scores = torch.rand(num_videos, num_classes)
    if ties:
        scores = (scores * 4).round() / 4
    return scores, torch.rand(num_videos, num_classes) < density


@pytest.mark.parametrize('ties', [False, True])
@pytest.mark.parametrize('num_videos,num_classes', [(1, 3), (17, 6), (60, 4)])
@pytest.mark.parametrize('dtype',
                         [torch.float32, torch.float64, torch.bfloat16])
def test_equals_loops(num_videos, num_classes, ties, dtype):
    scores, target = make(num_videos, num_classes, ties)
    scores = scores.to(dtype)
    ap = F.average_precision(scores, target)
    expected = [
        oracles.average_precision(scores[:, s], target[:, s])
        for s in range(num_classes)
    ]
    assert ap.dtype == torch.float64
    assert ap.tolist() == pytest.approx(expected, nan_ok=True)


def test_perfect_and_worst_order():
    n, p = 12, 4
    scores = torch.arange(n, 0, -1.)[:, None].repeat(1, 2)
    target = torch.zeros(n, 2)
    target[:p, 0] = 1  # the positives first
    target[-p:, 1] = 1  # the positives last
    ap = F.average_precision(scores, target)
    worst = sum(k / (n - p + k) for k in range(1, p + 1)) / p
    assert ap.tolist() == pytest.approx([1, worst])


def test_empty_and_full_classes():
    scores, target = make(9, 3)
    target[:, 0], target[:, 1] = False, True
    ap = F.average_precision(scores, target)
    assert math.isnan(ap[0]) and ap[1] == 1 and 0 < ap[2] <= 1
    assert F.average_precision(scores, torch.zeros(9, 3)).isnan().all()


def test_earlier_of_equal_videos_ranks_higher():
    scores = torch.zeros(4, 4)
    ap = F.average_precision(scores, torch.eye(4))
    assert ap.tolist() == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])


def test_only_the_order_matters():
    scores, target = make(40, 5)
    ap = F.average_precision(scores, target)
    assert torch.equal(F.average_precision(scores.double().exp(), target), ap)
    order = torch.randperm(5)
    assert torch.equal(
        F.average_precision(scores[:, order], target[:, order]), ap[order])
    rows = torch.randperm(40)
    assert_close(F.average_precision(scores[rows], target[rows]), ap, 1e-12)


DRAWS = dict(
    probabilities=lambda random, n: random.random(n),
    logits=lambda random, n: random.standard_normal(n),
    ties=lambda random, n: random.standard_normal(n).round(),
    zeros=lambda random, n: random.integers(-1, 2, n) * -0.,
    infinite=lambda random, n: np.where(
        random.random(n) > .8, np.inf, -random.random(n)),
    tiny=lambda random, n: random.random(n) * 1e-40)


@pytest.mark.parametrize('draw', DRAWS.values(), ids=DRAWS)
@pytest.mark.parametrize('num_values', [0, 1, FEW, FEW + 1, 30])
@pytest.mark.parametrize('size', [0, 1, 11, 50, 111])
def test_count_higher_equals_comparing_all(size, num_values, draw):
    """The positives are videos of this rank, or of another."""
    random = np.random.default_rng(size)
    order = np.sort(random.choice(1000, size, replace=False))
    scores = draw(random, size).astype(np.float32)
    values = draw(random, num_values).astype(np.float32)
    positions = random.choice(
        np.setdiff1d(np.arange(1000), order), num_values, replace=False)
    cases = [(values, positions)]
    if size:
        own = random.integers(0, size, num_values)
        cases.append((scores[own], order[own]))
    for values, positions in cases:
        expected = [
            sum(score > value or (score == value and at < position)
                for score, at in zip(scores, order))
            for value, position in zip(values, positions)
        ]
        assert count_higher(values, positions, scores,
                            order).tolist() == expected


def test_infinite_scores_rank():
    scores = torch.tensor([[float('-inf')], [0.], [float('inf')]])
    target = torch.tensor([[0], [1], [0]])
    assert F.average_precision(scores, target).tolist() == [0.5]


def test_error_texts():
    scores, target = make(6, 3)
    with pytest.raises(ValueError, match=r'target .*got \(6, 2\)'):
        F.average_precision(scores, target[:, :2])
    with pytest.raises(ValueError, match=r'\(N, S\), got \(6\)'):
        F.average_precision(scores[:, 0], target[:, 0])
    scores[4, 1] = float('nan')
    with pytest.raises(ValueError, match='class 1 is NaN for video 4'):
        F.average_precision(scores, target)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden(dtype):
    z = load('metrics', dtype)
    ap = F.average_precision(z['scores'], z['target'])
    # the released code gives a class without a video an AP of zero
    assert_close(ap.nan_to_num(0), z['ap_per_class'], 1e-6)
    assert torch.equal(ap.isnan(), ~z['target'].any(0))
