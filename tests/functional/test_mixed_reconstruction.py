import math

import pytest
import torch

from projects_move import functional as F
from tests.tiny import randn

COUNTS = torch.tensor([300, 7, 1, 40, 100])


def test_share_by_the_equations():
    share = F.reconstruction_share(COUNTS, largest=.6, decay=2., epsilon=.3)
    inverse = [1 / math.log(2 * n + .3) for n in COUNTS.tolist()]
    low, high = min(inverse), max(inverse)
    expected = [.6 * (c - low) / (high - low) for c in inverse]
    assert share.tolist() == pytest.approx(expected)


def test_reconstruction_by_a_loop():
    """Eq. 3 to 5, video by video."""
    z, share = randn(6, 2, 8), torch.rand(6).double()
    is_few = torch.tensor([True, False, False, True, False, True])
    out = F.reconstruct(z, share, is_few)
    for v in range(2):
        x = z[:, v]
        x = (x - x.mean(1, True)) / (x.var(1, False, True) + 1e-5)**.5
        for i in range(6):
            sources = [j for j in range(6) if j != i and not is_few[j]]
            weight = [math.exp(x[i] @ x[j] / 8) for j in sources]
            other = sum(w * z[j, v] for w, j in zip(weight, sources))
            other = other / sum(weight)
            expected = share[i] * other + (1 - share[i]) * z[i, v]
            torch.testing.assert_close(out[i, v], expected)


def test_limits():
    z, few = randn(4, 1, 3), torch.tensor([True, False, True, True])
    assert torch.equal(F.reconstruct(z, torch.zeros(4), few), z)
    # the only source has none for itself, and nobody else a choice
    out = F.reconstruct(z, torch.ones(4), few)
    torch.testing.assert_close(out, z[[1, 1, 1, 1]])
    assert torch.equal(F.reconstruct(z, torch.ones(4), few | True), z)
    assert F.reconstruction_share(torch.tensor([5, 5])).tolist() == [0, 0]


def test_few_shot_videos_contribute_nothing():
    z, few = randn(4, 1, 3), torch.tensor([False, False, False, True])
    before = F.reconstruct(z, torch.full((4, ), .5), few)[:3]
    z[3] += 10
    assert torch.equal(
        F.reconstruct(z, torch.full((4, ), .5), few)[:3], before)


def test_gradcheck():
    share, few = torch.rand(4).double(), torch.tensor([True] + [False] * 3)
    assert torch.autograd.gradcheck(lambda z: F.reconstruct(z, share, few),
                                    randn(4, 2, 3).requires_grad_())


def test_error_texts():
    with pytest.raises(ValueError, match='largest must be in .0, 1., got 2'):
        F.reconstruction_share(COUNTS, largest=2.)
    with pytest.raises(ValueError, match='got 0.6 for class 2'):
        F.reconstruction_share(COUNTS, decay=.5)
