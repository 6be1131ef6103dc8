import numpy as np
import pytest

from projects_move.datasets import LongTailDataset
from projects_move.datasets.lists.held_out import hold_out

COUNTS = [40, 9, 3, 1]
NAMES = [f'v{c}_{i}' for c, n in enumerate(COUNTS) for i in range(n)]
LABELS = [[c, 4] if i % 4 == 0 else [c] for c, n in enumerate(COUNTS)
          for i in range(n)]


def test_same_share_of_each_class():
    held_out = hold_out(NAMES, LABELS, .3)
    first = np.array([row[0] for row in LABELS])
    assert np.bincount(first[held_out], minlength=4).tolist() == [12, 3, 1, 0]
    assert not hold_out(NAMES, LABELS, 0).any()
    # one video of each class remains
    most = hold_out(NAMES, LABELS, .99)
    assert np.bincount(first[~most]).tolist() == [1, 1, 1, 1]


def test_order_of_the_list_does_not_matter():
    order = np.random.permutation(len(NAMES))
    again = hold_out([NAMES[i] for i in order], [LABELS[i] for i in order], .3)
    np.testing.assert_array_equal(again, hold_out(NAMES, LABELS, .3)[order])


def test_dataset_takes_either_part(write):
    path = write(''.join(f"{name} {','.join(map(str, row))}\n"
                         for name, row in zip(NAMES, LABELS)))

    def names(**kwargs):
        data = LongTailDataset(str(path), [], multi_class=True, **kwargs)
        assert data.class_counts.sum() == len(data.video_labels[0])
        return [data.get_data_info(i)['video_id'] for i in range(len(data))]

    kept, held = names(held_out=.3), names(held_out=.3, subset='held_out')
    assert len(held) == 16 and sorted(kept + held) == sorted(NAMES)
    assert names() == NAMES


def test_error_texts():
    with pytest.raises(ValueError, match=r'must be in \[0, 1\), got 1'):
        hold_out(NAMES, LABELS, 1)
    with pytest.raises(ValueError, match="'train' or 'held_out', got 'test'"):
        LongTailDataset('a.lst', [], subset='test')
