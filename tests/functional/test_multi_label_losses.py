"""Asymmetric and distribution-balanced loss."""
import math

import pytest
import torch

from projects_move import functional as F
from tests.tiny import randn

COUNTS = torch.tensor([300, 7, 1, 40, 100])


def batch(soft=False):
    logits = 2 * randn(6, 5)
    target = (torch.rand(6, 5) < .4).double()
    target[:, 0] = 1
    return logits, target * torch.rand(6, 5).double() if soft else target


@pytest.mark.parametrize('soft', [False, True])
def test_asymmetric_by_the_equation(soft):
    logits, target = batch(soft)
    loss = F.asymmetric(logits, target, 1.5, 3., .1)
    for value, x, y in zip(loss.flatten(), logits.flatten(), target.flatten()):
        p = 1 / (1 + math.exp(-x))
        q = max(p - .1, 0)
        positive = (1 - p)**1.5 * -math.log(p)
        negative = q**3 * -math.log(1 - q)
        assert value.item() == pytest.approx(
            (y * positive + (1 - y) * negative).item(), rel=1e-9)


@pytest.mark.parametrize('soft', [False, True])
def test_limits_are_cross_entropy(soft):
    logits, target = batch(soft)
    plain = F.binary_cross_entropy(logits, target)
    torch.testing.assert_close(F.asymmetric(logits, target, 0., 0., 0.), plain)
    torch.testing.assert_close(F.negative_tolerant(logits, target, 1.), plain)
    if not soft:
        torch.testing.assert_close(
            F.asymmetric(logits, target, 2., 2., 0.),
            F.focal(logits, target, 2.))


def test_asymmetric_at_extreme_logits():
    logits = torch.tensor([[200., -200., 0.]] * 2).requires_grad_()
    target = torch.tensor([[1., 1., 1.], [0., 0., 0.]])
    for settings in ((0., 4., .05), (1., 4., 0.), (0., 0., 0.)):
        loss = F.asymmetric(logits, target, *settings).sum()
        grad, = torch.autograd.grad(loss, logits)
        assert loss.isfinite() and grad.isfinite().all()


@pytest.mark.parametrize('soft', [False, True])
def test_rebalancing_weight_by_the_equation(soft):
    _, target = batch(soft)
    weight = F.rebalancing_weight(target, COUNTS, .1, 8., .3)
    counts = COUNTS.tolist()
    for row, y in zip(weight, target.tolist()):
        by_class = [1 / 5 / n for n in counts]
        by_video = sum(1 / 5 * y_c / n for y_c, n in zip(y, counts))
        expected = [
            .1 + 1 / (1 + math.exp(-8 * (p / by_video - .3))) for p in by_class
        ]
        assert row.tolist() == pytest.approx(expected, rel=1e-9)


def test_equal_counts_and_one_label_have_equal_weights():
    weight = F.rebalancing_weight(torch.eye(5), torch.full((5, ), 9))
    assert (weight == weight[0, 0]).all()


def test_video_without_labels_has_finite_weights():
    weight = F.rebalancing_weight(torch.zeros(2, 5), COUNTS)
    torch.testing.assert_close(weight,
                               torch.full((2, 5), .1 + 1 / (1 + math.exp(-8))))


def test_negative_tolerant_by_the_equation():
    logits, target = batch()
    shift = F.negative_tolerant_shift(COUNTS, 400, .3)
    loss = F.negative_tolerant(logits + shift, target, 3.)
    for i, row in enumerate(logits.tolist()):
        for c, z in enumerate(row):
            nu = .3 * math.log(400 / COUNTS[c].item() - 1)
            expected = (
                math.log1p(math.exp(-(z - nu)))
                if target[i, c] else math.log1p(math.exp(3 * (z - nu))) / 3)
            assert loss[i, c].item() == pytest.approx(expected, rel=1e-9)


def test_gradcheck():
    logits, target = batch(soft=True)
    logits.requires_grad_()
    for loss in (lambda x: F.asymmetric(x, target, 1., 4., .05),
                 lambda x: F.asymmetric(x, target, 0., 2., 0.),
                 lambda x: F.negative_tolerant(x, target, 2.)):
        assert torch.autograd.gradcheck(loss, logits)


def test_error_texts():
    logits, target = batch()
    with pytest.raises(ValueError, match='margin in .0, 1., got .* margin 1'):
        F.asymmetric(logits, target, margin=1.)
    with pytest.raises(ValueError, match='scale must be above 0, got 0'):
        F.negative_tolerant(logits, target, 0.)
