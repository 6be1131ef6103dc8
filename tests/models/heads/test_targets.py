import pytest
import torch

from projects_move.models import stack_targets
from tests.tiny import sample

LIKE = torch.zeros(1, dtype=torch.float64)
SOFT = torch.tensor([.125, 0., .75])


def indices(*labels):
    """A sample whose label lists classes."""
    out = sample(0)
    out.set_gt_label(torch.tensor(labels))
    return out


@pytest.mark.parametrize(
    'samples, expected', [
        ([sample(s) for s in (2, 0, 1)], [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        ([sample([0, 2], 3)], [[1, 0, 1]]),
        ([indices(1, 0)], [[1, 1]]),
        ([indices(2, 0, 1), sample(2)], [[1, 1, 1], [0, 0, 1]]),
        ([sample([1, 2], 3),
          indices(2, 1),
          sample(0), sample(SOFT)], [[0, 1, 1], [0, 1, 1], [1, 0, 0],
                                     SOFT.tolist()]),
    ],
    ids=[
        'single', 'multi-hot', 'two indices of two classes',
        'as many indices as classes', 'all kinds'
    ])
def test_one_value_for_each_class(samples, expected):
    target = stack_targets(samples, len(expected[0]), LIKE)
    assert target.dtype == torch.float64
    assert target.tolist() == expected


@pytest.mark.parametrize('label', [5, -1])
def test_label_out_of_range(label):
    for bad in (sample(label), indices(2, label)):
        with pytest.raises(ValueError, match='labels must be 0 to 4, got'):
            stack_targets([sample(1), bad], 5, LIKE)


def test_labels_of_other_classes():
    with pytest.raises(ValueError, match='of 5 classes, got 4 values'):
        stack_targets([sample([1, 3], 4)], 5, LIKE)
