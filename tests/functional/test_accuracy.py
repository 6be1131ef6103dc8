from math import inf

import pytest
import torch

import projects_move.functional as F
from tests import oracles
from tests.golden import load


@pytest.mark.parametrize('ties', [False, True])
@pytest.mark.parametrize('labels', [1, 3])
def test_equals_loops(ties, labels):
    scores = torch.rand(30, 8)
    if ties:
        scores = (scores * 3).round()
    target = torch.zeros(30, 8)
    target.scatter_(1, torch.rand(30, 8).topk(labels).indices, 1)
    rank = F.best_label_rank(scores, target.nonzero())
    assert rank.dtype == torch.int64
    for k in range(1, 9):
        expected = [
            oracles.is_correct(s, t, k) for s, t in zip(scores, target)
        ]
        assert (rank < k).tolist() == expected


@pytest.mark.parametrize(
    'scores, target, ranks', [
        ([[3, 2, 1]] * 3, torch.eye(3), [0, 1, 2]),
        ([[3, 2, 1]] * 3, torch.ones(3, 3), [0, 0, 0]),
        ([[-inf] * 4], torch.tensor([[0, 0, 1, 0]]), [2]),
        ([[.5, .5, .1], [.1, .2, .3]], torch.eye(3)[1:], [1, 0]),
    ],
    ids=['one label', 'all labels', 'minus infinity', 'one video has a tie'])
def test_limits(scores, target, ranks):
    scores = torch.tensor(scores, dtype=torch.float32)
    assert F.best_label_rank(scores, target.nonzero()).tolist() == ranks


def test_more_labels_never_rank_worse():
    scores, target = torch.rand(20, 6), torch.eye(6).repeat(4, 1)[:20]
    more = target.bool() | (torch.rand(20, 6) < .3)
    assert (F.best_label_rank(scores, more.nonzero())
            <= F.best_label_rank(scores, target.nonzero())).all()


def test_golden():
    z = load('metrics')
    rank = F.best_label_rank(z['scores'], z['target'].nonzero())
    for k in (1, 5):
        percent = 100 * (rank < k).double().mean()
        assert float(percent) == pytest.approx(float(z[f'acc{k}_percent']))


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16])
def test_any_float_type(dtype):
    scores = torch.randn(9, 6).to(dtype).requires_grad_()
    labels = torch.stack([torch.arange(9), torch.randint(0, 6, (9, ))], 1)
    exact = scores.detach().double()
    assert torch.equal(
        F.best_label_rank(scores, labels), F.best_label_rank(exact, labels))
