import pytest
import torch

from projects_move import functional as F
from tests.tiny import randn

SCALE = torch.tensor(8.)


def test_cosine_by_a_loop():
    x, weight = randn(4, 3), randn(5, 3)
    logits = F.cosine_logits(x, weight, SCALE)
    for row, a in zip(logits, x):
        expected = [8 * (a @ b / (a @ a)**.5 / (b @ b)**.5) for b in weight]
        assert row.tolist() == pytest.approx([e.item() for e in expected])


def test_cosine_ignores_norms():
    x, weight = randn(4, 3), randn(5, 3)
    torch.testing.assert_close(
        F.cosine_logits(3 * x,
                        torch.rand(5, 1) * weight, SCALE),
        F.cosine_logits(x, weight, SCALE))


@pytest.mark.parametrize('tau', [0., .5, 1., 2.])
def test_tau_normalize_by_a_loop(tau):
    weight = randn(5, 3)
    for row, w in zip(F.tau_normalize(weight, tau), weight):
        norm = sum(v * v for v in w.tolist())**.5
        assert row.tolist() == pytest.approx(
            [v / norm**tau for v in w.tolist()])
    assert torch.equal(F.tau_normalize(weight, 0.), weight)


def test_class_means_by_a_loop():
    x, target = randn(6, 3), (torch.rand(6, 4) < .5).double()
    target[:, 3] = 0
    for c, mean in enumerate(F.class_means(x, target)):
        rows = [v for v, y in zip(x, target[:, c]) if y]
        expected = sum(rows) / len(rows) if rows else torch.zeros(3).double()
        torch.testing.assert_close(mean, expected)


def test_gradcheck():
    x, weight = randn(4, 3).requires_grad_(), randn(5, 3).requires_grad_()
    assert torch.autograd.gradcheck(lambda x, w: F.cosine_logits(x, w, SCALE),
                                    (x, weight))
    assert torch.autograd.gradcheck(lambda w: F.tau_normalize(w, .7), weight)


def test_error_text():
    with pytest.raises(ValueError, match='expected weight of shape .S, D.'):
        F.cosine_logits(randn(4, 3), randn(5, 2), SCALE)
