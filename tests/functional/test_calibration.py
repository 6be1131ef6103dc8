from fractions import Fraction

import pytest
import torch

import projects_move.functional as F
from tests import oracles


def error(confidence, correct, **kwargs):
    gaps = F.calibration_gaps(confidence, correct, **kwargs)
    return F.expected_calibration_error(gaps, torch.tensor(len(confidence)))


@pytest.mark.parametrize('num_bins', [1, 7, 15])
@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_equals_the_equation(num_bins, dtype):
    confidence = torch.rand(200, dtype=dtype)
    correct = torch.rand(200) < confidence**2
    expected = oracles.calibration_error(confidence, correct, num_bins)
    assert float(error(confidence, correct, num_bins=num_bins)) == \
        pytest.approx(expected, abs=1e-12)


def test_limits_of_the_bins_are_exact():
    """The float32 next to m / 15, above and below, and the ends."""
    limits = (torch.arange(1, 15).double() / 15).float()
    confidence = torch.cat([
        limits,
        limits.nextafter(torch.ones(())),
        limits.nextafter(torch.zeros(())),
        torch.tensor([0., 1.])
    ])
    for value in confidence:
        gaps = F.calibration_gaps(value[None], torch.zeros(1))
        exact = Fraction(float(value))
        inside = [
            m for m in range(15)
            if Fraction(m, 15) < exact <= Fraction(m + 1, 15)
        ]
        assert gaps.nonzero().flatten().tolist() == inside


def test_limiting_cases():
    sure = torch.ones(5)
    assert error(sure, torch.ones(5)) == 0
    assert error(sure, torch.zeros(5)) == 1
    assert error(torch.zeros(5), torch.ones(5)) == 1  # 0 is in the first bin
    half = torch.full((4, ), .5)
    assert error(half, torch.tensor([1, 0, 1, 0])) == 0
    # one bin compares the means; more bins cannot lower the error
    confidence, correct = torch.rand(50), torch.rand(50) < .3
    one = error(confidence, correct, num_bins=1)
    assert float(one) == pytest.approx(
        abs(float(confidence.double().mean() - correct.double().mean())))
    assert error(confidence, correct) >= one
    none = F.calibration_gaps(torch.zeros(0), torch.zeros(0))
    assert F.expected_calibration_error(none, torch.tensor(0)).isnan()


def test_order_does_not_matter_and_parts_add_up():
    confidence, correct = torch.rand(40), torch.rand(40) < .5
    order = torch.randperm(40)
    whole = F.calibration_gaps(confidence, correct)
    parts = [
        F.calibration_gaps(confidence[part], correct[part])
        for part in order.split([15, 0, 25])
    ]
    torch.testing.assert_close(sum(parts), whole)


@pytest.mark.parametrize('value', [-.01, 1.01, float('nan'), float('inf')])
def test_error_text(value):
    with pytest.raises(ValueError, match='between 0 and 1, found'):
        F.calibration_gaps(torch.tensor([.5, value]), torch.zeros(2))
    with pytest.raises(ValueError, match=r'correct of shape \(N\) .* \(3\)'):
        F.calibration_gaps(torch.rand(2), torch.zeros(3))
