import math
from itertools import product

import pytest
import torch

from projects_move import functional as F
from tests.tiny import randn

COUNTS = torch.tensor([300, 7, 1, 40, 100])


def batch(soft=False):
    logits = 2 * randn(6, 5)
    target = (torch.rand(6, 5) < .4).double()
    return logits, target * torch.rand(6, 5).double() if soft else target


def test_focal_by_the_equation():
    logits, target = batch()
    loss = F.focal(logits, target, gamma=2., alpha=.25)
    for i, c in product(range(6), range(5)):
        p = 1 / (1 + math.exp(-logits[i, c]))
        p = p if target[i, c] else 1 - p
        expected = -.25 * (1 - p)**2 * math.log(p)
        assert loss[i, c].item() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize('soft', [False, True])
def test_limits_are_cross_entropy(soft):
    logits, target = batch(soft)
    plain = F.binary_cross_entropy(logits, target)
    torch.testing.assert_close(F.focal(logits, target, gamma=0.), plain)
    no_tail = torch.zeros(5, dtype=torch.bool)
    rand = torch.rand(6, 5)
    torch.testing.assert_close(
        F.equalization(logits, target, rand, no_tail, gamma=.9), plain)
    if not soft:
        torch.testing.assert_close(
            F.ldam(logits, target, torch.zeros(5), scale=1.), plain)


def test_class_balanced_weight_by_the_equation():
    weight = [(1 - .99) / (1 - .99**n) for n in COUNTS.tolist()]
    expected = torch.tensor(weight, dtype=torch.float64)
    torch.testing.assert_close(
        F.class_balanced_weight(COUNTS, .99),
        expected / expected.sum() * 5,
        rtol=1e-10,
        atol=0)
    assert F.class_balanced_weight(COUNTS, 0.).tolist() == [1.] * 5


@pytest.mark.parametrize('sum_margins', [False, True])
def test_ldam_by_a_loop(sum_margins):
    logits, target = batch()
    margins = F.ldam_margins(COUNTS, max_margin=.7)
    assert margins.max() == .7 and margins.argmax() == 2
    loss = F.ldam(logits, target, margins, 4., sum_margins)
    for i, c in product(range(6), range(5)):
        own = target[i] == 1 if sum_margins else [c]
        x = 4 * (logits[i, c] - margins[own].sum() * target[i, c]).item()
        expected = math.log1p(math.exp(-x if target[i, c] else x))
        assert loss[i, c].item() == pytest.approx(expected, rel=1e-10)


def test_ldam_softmax_by_the_equation():
    logits, _ = batch()
    labels = torch.tensor([0, 3, 1, 4, 2, 0])
    target = torch.eye(5).double()[labels]
    margins = F.ldam_margins(COUNTS)
    loss = F.ldam_softmax(logits, target, margins, 7.)
    for i, y in enumerate(labels.tolist()):
        own = math.exp(7 * (logits[i, y] - margins[y]))
        rest = sum(math.exp(7 * logits[i, j]) for j in range(5) if j != y)
        assert loss[i, y].item() == pytest.approx(
            -math.log(own / (own + rest)), rel=1e-10)
        assert loss[i].sum() == loss[i, y]


def test_equalization_spares_tail_negatives_only():
    logits, target = batch()
    is_tail = COUNTS <= 40
    uniform = torch.rand(6, 5)
    loss = F.equalization(logits, target, uniform, is_tail, gamma=.5)
    spared = (uniform >= .5) & is_tail & (target == 0)
    assert spared.any() and (loss[spared] == 0).all()
    plain = F.binary_cross_entropy(logits, target)
    torch.testing.assert_close(loss[~spared], plain[~spared])


def test_gradcheck():
    logits, target = batch()
    logits = (logits / 4).requires_grad_()
    margins, rand = F.ldam_margins(COUNTS), torch.rand(6, 5)
    for loss in (lambda x: F.focal(x, target, 1.5),
                 lambda x: F.ldam(x, target, margins, 3.),
                 lambda x: F.equalization(x, target, rand, COUNTS <= 40, .3)):
        assert torch.autograd.gradcheck(loss, logits)


def test_error_texts():
    with pytest.raises(ValueError, match=r'beta must be in .0, 1., got 1'):
        F.class_balanced_weight(COUNTS, 1.)
    with pytest.raises(ValueError, match='every class, but class 1 has none'):
        F.class_balanced_weight(torch.tensor([3, 0]), .9)
