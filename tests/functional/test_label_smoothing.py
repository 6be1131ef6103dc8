import math

import pytest
import torch

from projects_move import functional as F

COUNTS = torch.tensor([300, 7, 1, 40, 100])
LAW = dict(
    concave=lambda n, low, high: .1 + .3 * math.sin(math.pi * (n - low) / 2 /
                                                    (high - low)),
    linear=lambda n, low, high: .1 + .3 * (n - low) / (high - low),
    convex=lambda n, low, high: .4 + .3 * math.sin(1.5 * math.pi + math.pi *
                                                   (n - low) / 2 /
                                                   (high - low)))


@pytest.mark.parametrize('shape', LAW)
def test_factors_by_the_equation(shape):
    factors = F.smoothing_factors(COUNTS, .4, .1, shape)
    expected = [LAW[shape](n, 1, 300) for n in COUNTS.tolist()]
    assert factors.tolist() == pytest.approx(expected, abs=1e-12)


def test_smoothed_labels_by_the_definition():
    factors = F.smoothing_factors(COUNTS)
    smooth = F.smooth_labels(torch.eye(5).double(), factors)
    for y, row in enumerate(smooth):
        for i in range(5):
            expected = 1 - factors[y] if i == y else factors[y] / 4
            assert row[i].item() == pytest.approx(expected.item())


def test_mixtures_are_smoothed_label_by_label():
    factors, eye = F.smoothing_factors(COUNTS), torch.eye(5).double()
    mixed = .3 * eye[[0, 2]] + .7 * eye[[1, 4]]
    expected = .3 * F.smooth_labels(eye, factors)[[0, 2]] + \
        .7 * F.smooth_labels(eye, factors)[[1, 4]]
    torch.testing.assert_close(F.smooth_labels(mixed, factors), expected)
    torch.testing.assert_close(expected.sum(1), torch.ones(2).double())


def test_limits():
    eye = torch.eye(5).double()
    none = F.smoothing_factors(COUNTS, 0., 0.)
    assert torch.equal(F.smooth_labels(eye, none), eye)
    assert F.smoothing_factors(torch.tensor([9, 9]), .4,
                               .1).tolist() == [.1] * 2


def test_error_texts():
    with pytest.raises(ValueError, match="'concave', 'linear', .* 'cubic'"):
        F.smoothing_factors(COUNTS, shape='cubic')
    with pytest.raises(ValueError, match='got tail 0.5, head 0.4'):
        F.smoothing_factors(COUNTS, tail=.5)
