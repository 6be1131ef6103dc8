import numpy as np
import pytest
import torch

from projects_move import functional as F

COUNTS = torch.tensor([7, 310, 22, 22, 1, 90, 150])


def test_gini_equals_its_definition():
    counts = COUNTS.double()
    differences = (counts[:, None] - counts).abs().sum()
    expected = differences / (2 * len(counts) * counts.sum())
    torch.testing.assert_close(F.gini(COUNTS), expected)


@pytest.mark.parametrize('counts, expected', [([3, 3, 3], 0), ([8], 0),
                                              ([0, 0, 0, 6], .75)])
def test_gini_limits(counts, expected):
    assert F.gini(torch.tensor(counts)) == pytest.approx(expected)


def test_gini_ignores_scale_and_order():
    other = 13 * COUNTS[torch.randperm(len(COUNTS))]
    torch.testing.assert_close(F.gini(other), F.gini(COUNTS))


def test_ratio():
    assert F.imbalance_ratio(COUNTS) == 310
    assert F.imbalance_ratio(torch.tensor([0, 8, 4, 0])) == 2
    assert F.imbalance_ratio(torch.tensor([5])) == 1


@pytest.mark.parametrize('function', [F.gini, F.imbalance_ratio])
@pytest.mark.parametrize('counts', [[], [0, 0]])
def test_no_videos(function, counts):
    message = 'expected a class with training videos, got none'
    with pytest.raises(ValueError, match=message):
        function(torch.tensor(np.array(counts, int)))
