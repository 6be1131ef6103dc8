import math

import pytest
import torch

from projects_move import functional as F
from tests.tiny import randn

COUNTS = torch.tensor([300, 7, 1, 40, 100])
LABELS = torch.tensor([0, 3, 1, 4, 2, 0])


def softmax_loss(logits, label):
    """Minus the log of the softmax, by a loop."""
    total = sum(math.exp(x) for x in logits.tolist())
    return -math.log(math.exp(logits[label]) / total)


def test_softmax_cross_entropy_by_a_loop():
    logits = randn(6, 5)
    loss = F.softmax_cross_entropy(logits, torch.eye(5).double()[LABELS])
    for row, x, y in zip(loss, logits, LABELS.tolist()):
        assert row[y].item() == pytest.approx(softmax_loss(x, y), rel=1e-10)
        assert row.sum() == row[y]


@pytest.mark.parametrize('tau', [0., .7, 1.])
def test_logit_adjusted_loss_by_the_equation(tau):
    """Menon et al., Eq. 10, with the share of each class as prior."""
    logits = randn(6, 5)
    shifted = logits + tau * F.log_prior(COUNTS)
    loss = F.softmax_cross_entropy(shifted, torch.eye(5).double()[LABELS])
    pi = [n / COUNTS.sum().item() for n in COUNTS.tolist()]
    for row, x, y in zip(loss, logits, LABELS.tolist()):
        total = sum(
            (pi[j] / pi[y])**tau * math.exp(x[j] - x[y]) for j in range(5))
        assert row.sum().item() == pytest.approx(math.log(total), rel=1e-9)


def test_balanced_softmax_by_the_equation():
    """Ren et al.: n_y exp(z_y) / sum_i n_i exp(z_i)."""
    logits = randn(6, 5)
    loss = F.softmax_cross_entropy(logits + F.log_prior(COUNTS),
                                   torch.eye(5).double()[LABELS])
    for row, x, y in zip(loss, logits, LABELS.tolist()):
        mass = [n * math.exp(z) for n, z in zip(COUNTS.tolist(), x)]
        assert row.sum().item() == pytest.approx(
            -math.log(mass[y] / sum(mass)), rel=1e-9)


def test_log_odds_by_the_definition():
    num_videos = 350  # fewer than labels
    share = [n / num_videos for n in COUNTS.tolist()]
    mean = sum(share) / 5
    expected = [
        math.log(p / (1 - p)) - math.log(mean / (1 - mean)) for p in share
    ]
    assert F.log_odds(COUNTS, num_videos).tolist() == pytest.approx(expected)


def test_log_odds_correct_the_posterior():
    """Two classes that may occur together, x in {0, 1}: a model that knows
    the data, minus the shift, is a model of data with the mean prior."""
    num_videos, counts = 1000., torch.tensor([20., 600.])
    p_x = torch.tensor([[.9, .2], [.7, .4]]).double()  # p(x=1 | c), | not c

    def posterior(prior):
        joint = p_x[:, 0] * prior, p_x[:, 1] * (1 - prior)
        return joint[0] / (joint[0] + joint[1])

    prior = counts.double() / num_videos
    shift = F.log_odds(counts, num_videos)
    corrected = (posterior(prior).logit() - shift).sigmoid()
    expected = posterior(prior.mean().expand(2))
    torch.testing.assert_close(corrected, expected)


def test_equal_counts_change_nothing():
    equal = torch.full((4, ), 17)
    assert F.log_prior(equal).abs().max() < 1e-12
    for num_videos in (17, 30, 68, 1e6):
        assert F.log_odds(equal, num_videos).abs().max() < 1e-12


def test_constant_factor_changes_nothing():
    torch.testing.assert_close(F.log_prior(3 * COUNTS), F.log_prior(COUNTS))
    torch.testing.assert_close(
        F.log_odds(3 * COUNTS, 1500), F.log_odds(COUNTS, 500))


def test_both_shifts_agree_for_rare_classes():
    odds, prior = F.log_odds(COUNTS, 10**8), F.log_prior(COUNTS)
    torch.testing.assert_close(odds - odds.mean(), prior, rtol=1e-4, atol=1e-4)


def test_inverse_counts_by_ranks():
    inverse = F.inverse_counts(COUNTS)
    assert inverse.tolist() == [1, 100, 300, 40, 7]
    assert torch.equal(F.inverse_counts(inverse), COUNTS)


def test_gradcheck():
    target = torch.eye(5).double()[LABELS]
    assert torch.autograd.gradcheck(
        lambda x: F.softmax_cross_entropy(x, target),
        randn(6, 5).requires_grad_())


def test_error_texts():
    with pytest.raises(
            ValueError, match=r'log_prior: .*above zero, got .3, 0'):
        F.log_prior(torch.tensor([3, 0]))
    with pytest.raises(ValueError, match='most 9 videos .* 12 of class 1'):
        F.log_odds(torch.tensor([3, 12]), 9)
