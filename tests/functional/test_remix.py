import pytest
import torch

from projects_move import functional as F


def ratio_by_the_cases(lam, n_i, n_j, kappa, tau):
    if n_i / n_j >= kappa and lam < tau:
        return 0.
    if n_i / n_j <= 1 / kappa and 1 - lam < tau:
        return 1.
    return lam


@pytest.mark.parametrize('one_ratio', [False, True])
def test_ratio_by_the_cases(one_ratio):
    lam = torch.rand(()) if one_ratio else torch.rand(200)
    own, partner = torch.randint(1, 30, (2, 200))
    ratio = F.remix_ratio(lam, own, partner, kappa=2.5, tau=.6)
    expected = [
        ratio_by_the_cases(a, b, c, 2.5, .6) for a, b, c in zip(
            lam.expand(200).tolist(), own.tolist(), partner.tolist())
    ]
    assert ratio.tolist() == expected
    assert one_ratio or {0., 1.} < set(expected)


@pytest.mark.parametrize('settings', [dict(tau=0.), dict(kappa=1e9)])
def test_limits_are_mixup(settings):
    lam, own, partner = torch.rand(50), *torch.randint(1, 30, (2, 50))
    assert torch.equal(F.remix_ratio(lam, own, partner, **settings), lam)


def test_equal_counts_change_nothing():
    lam, counts = torch.rand(50), torch.full((50, ), 8)
    assert torch.equal(F.remix_ratio(lam, counts, counts), lam)


def test_only_the_labels_are_remixed():
    z, y = torch.randn(2, 3), torch.eye(2)
    mixed, label = F.calibrated_interpolation(z, y, torch.tensor(.4),
                                              torch.tensor([1, 0]), None,
                                              torch.tensor([0., .4]))
    torch.testing.assert_close(mixed[0], .4 * z[0] + .6 * z[1])
    torch.testing.assert_close(label, torch.tensor([[0., 1.], [.6, .4]]))


def test_error_text():
    counts = torch.ones(2)
    with pytest.raises(ValueError, match='kappa of at least 1.*got kappa 0.5'):
        F.remix_ratio(torch.rand(2), counts, counts, kappa=.5)
