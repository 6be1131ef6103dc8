import pytest
import torch

from projects_move.models import stack_targets
from tests.tiny import multi_hot, sample

LIKE = torch.zeros(1, dtype=torch.float64)


def test_single_labels():
    target = stack_targets([sample(s) for s in (2, 0, 4)], 5, LIKE)
    assert target.dtype == torch.float64
    assert torch.equal(target, torch.eye(5, dtype=torch.float64)[[2, 0, 4]])


def test_multi_hot_index_and_soft_labels_mix():
    soft = torch.tensor([.1, 0., .9, 0., .3])
    indices = sample(0)
    indices.set_gt_label(torch.tensor([4, 1]))
    target = stack_targets(
        [sample([1, 3], 5), indices,
         sample(2), sample(soft)], 5, torch.zeros(1))
    expected = [multi_hot(s, 5) for s in ([1, 3], [1, 4], [2])] + [soft]
    assert torch.equal(target, torch.stack(expected))


def test_one_video():
    target = stack_targets([sample([0, 2], 3)], 3, LIKE)
    assert target.tolist() == [[1, 0, 1]]


@pytest.mark.parametrize('label', [5, -1])
def test_label_out_of_range(label):
    several = sample(0)
    several.set_gt_label(torch.tensor([2, label]))
    for bad in (sample(label), several):
        with pytest.raises(ValueError, match='labels must be 0 to 4, got'):
            stack_targets([sample(1), bad], 5, LIKE)


def test_labels_of_other_classes():
    with pytest.raises(ValueError, match='of 5 classes, got 4 values'):
        stack_targets([sample([1, 3], 4)], 5, LIKE)


def test_integers_are_indices_however_many():
    both = sample(0)
    both.set_gt_label(torch.tensor([1, 0]))
    assert stack_targets([both], 2, LIKE).tolist() == [[1, 1]]
    every = sample(0)
    every.set_gt_label(torch.tensor([2, 0, 1]))
    target = stack_targets([every, sample(2)], 3, LIKE)
    assert target.tolist() == [[1, 1, 1], [0, 0, 1]]
