import math

import pytest
import torch

from projects_move import functional as F
from tests.golden import load

COUNTS = torch.tensor([300, 7, 1, 40, 100])


def batch(soft=False):
    logits = torch.randn(6, 5, dtype=torch.float64) * 2
    target = (torch.rand(6, 5) < .4).double()
    return logits, target * torch.rand(6, 5).double() if soft else target


def golden_losses(tensors):
    """Loss functions of the golden file by the names of its entries."""
    counts, soft = tensors['class_counts'], tensors['target_soft']
    balanced = F.class_balanced_weight(counts, .9999)
    margins = F.ldam_margins(counts)
    target = tensors['target']
    return {
        'bce':
        lambda x: F.binary_cross_entropy(x, target),
        'bce_soft':
        lambda x: F.binary_cross_entropy(x, soft),
        'focal_gamma1':
        lambda x: F.focal(x, target, gamma=1.),
        'cb_beta0.9999':
        lambda x: balanced * F.binary_cross_entropy(x, target),
        'ldam_epoch0':
        lambda x: F.ldam(x, target, margins, sum_margins=True),
        'ldam_drw_epoch50':
        lambda x: balanced * F.ldam(x, target, margins, sum_margins=True),
        'eql_gamma0.3':
        lambda x: F.equalization(
            x,
            target,
            tensors['eql_rand'],
            counts <= tensors['eql_tail_max_count'],
            gamma=.3),
    }


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name', [
    'bce', 'bce_soft', 'focal_gamma1', 'cb_beta0.9999', 'ldam_epoch0',
    'ldam_drw_epoch50', 'eql_gamma0.3'
])
def test_golden(name, dtype):
    tensors = load('losses', dtype)
    logits = tensors['logits'].requires_grad_()
    loss = golden_losses(tensors)[name](logits).mean()
    loss.backward()
    expected = tensors[f'{name}.loss'].to(loss), tensors[f'{name}.grad']
    torch.testing.assert_close(loss, expected[0], rtol=1e-5, atol=0)
    torch.testing.assert_close(
        logits.grad,
        expected[1],
        rtol=1e-5,
        atol=1e-5 * float(expected[1].abs().max()))


def test_focal_by_the_equation():
    logits, target = batch()
    for i in range(6):
        for c in range(5):
            p = 1 / (1 + math.exp(-logits[i, c]))
            p = p if target[i, c] else 1 - p
            expected = -.25 * (1 - p)**2 * math.log(p)
            value = F.focal(logits, target, gamma=2., alpha=.25)[i, c]
            assert value.item() == pytest.approx(expected, rel=1e-10)


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
    for i in range(6):
        total = sum(margins[c].item() for c in range(5) if target[i, c])
        for c in range(5):
            margin = total if sum_margins else margins[c].item()
            x = 4 * (logits[i, c].item() - margin * target[i, c].item())
            x = -x if target[i, c] else x
            assert loss[i, c].item() == pytest.approx(
                math.log1p(math.exp(x)), rel=1e-10)


def test_ldam_softmax_by_the_equation():
    logits, _ = batch()
    labels = torch.tensor([0, 3, 1, 4, 2, 0])
    target = torch.eye(5).double()[labels]
    margins = F.ldam_margins(COUNTS)
    loss = F.ldam_softmax(logits, target, margins, 7.)
    for i, y in enumerate(labels.tolist()):
        own = math.exp(7 * (logits[i, y].item() - margins[y].item()))
        rest = sum(
            math.exp(7 * logits[i, j].item()) for j in range(5) if j != y)
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
