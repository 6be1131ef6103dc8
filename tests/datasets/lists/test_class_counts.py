import numpy as np
import pytest
from mmcv.transforms import BaseTransform, Compose, RandomApply, RandomChoice
from mmengine.dataset import ClassBalancedDataset, ConcatDataset, RepeatDataset

from projects_move.datasets.lists.class_counts import (base_datasets,
                                                       count_classes,
                                                       iterate_transforms)
from tests.tiny import TinyDataset

SINGLE = [2, 0, 2, 2, 1]
MULTI = TinyDataset([[2], [0, 3], [2, 1, 0], [2]],
                    multi_class=True,
                    num_classes=4)


class Counted(TinyDataset):
    """Data set with class counts."""

    @property
    def class_counts(self):
        return np.array([5, 0, 7, 9])


def test_counts_labels():
    counts = count_classes(TinyDataset(SINGLE), 4)
    assert counts.dtype == np.int64 and counts.tolist() == [1, 1, 3, 0]
    assert count_classes(TinyDataset(SINGLE)).tolist() == [1, 1, 3]
    # every label of a video counts
    for num_classes in (4, None):
        assert count_classes(MULTI, num_classes).tolist() == [2, 1, 3, 1]
    few = TinyDataset([[0]], multi_class=True, num_classes=6)
    assert count_classes(few).tolist() == [1, 0, 0, 0, 0, 0]
    # a data set's own counts are taken
    assert count_classes(Counted(SINGLE), 4).tolist() == [5, 0, 7, 9]


def test_resampling_does_not_change_counts():
    repeated = RepeatDataset(TinyDataset(SINGLE), times=3)
    balanced = ClassBalancedDataset(TinyDataset(SINGLE), oversample_thr=.9)
    assert len(repeated) == 15 and len(balanced) > 5
    inner = dict(
        type='ClassBalancedDataset',
        dataset=dict(type=TinyDataset, labels=SINGLE),
        oversample_thr=.9)
    for dataset in (repeated, balanced, RepeatDataset(inner, times=2)):
        assert count_classes(dataset, 4).tolist() == [1, 1, 3, 0]


def test_counts_of_concatenated_data_sets():
    repeated = dict(
        type='RepeatDataset',
        dataset=dict(type=TinyDataset, labels=[3, 3]),
        times=5)
    both = ConcatDataset([TinyDataset(SINGLE), repeated, Counted([1])])
    assert len(both) == 5 + 10 + 1
    assert count_classes(both, 4).tolist() == [6, 1, 10, 11]
    assert len(list(base_datasets(both))) == 3


def test_errors():
    with pytest.raises(ValueError, match='3 classes, the data set Counted'):
        count_classes(Counted(SINGLE), 3)
    with pytest.raises(ValueError, match='2 classes, but .* from 0 to 2'):
        count_classes(TinyDataset(SINGLE), 2)
    with pytest.raises(ValueError, match='from -1 to 1'):
        count_classes(TinyDataset([1, -1]), 2)
    with pytest.raises(ValueError, match='3 classes'):
        count_classes(MULTI, 3)


class Named(BaseTransform):

    def __init__(self, name):
        self.name = name

    def transform(self, results):
        return results


def test_transforms_inside_transforms():
    a, b, c, d = (Named(name) for name in 'abcd')
    inner = dict(
        type=TinyDataset,
        labels=[0],
        pipeline=[
            a,
            RandomChoice([[b], [Compose([c])]]),
            RandomApply([d], prob=.5)
        ])
    outer = ConcatDataset([
        dict(type='RepeatDataset', dataset=inner, times=2),
        TinyDataset([0], pipeline=[Named('e')])
    ])
    names = [t.name for t in iterate_transforms(outer) if isinstance(t, Named)]
    assert names == list('abcde')
    assert list(iterate_transforms(object())) == []  # without a pipeline
