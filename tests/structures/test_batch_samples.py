"""The samples of a batch, stacked and one by one."""
import pickle
from multiprocessing.reduction import ForkingPickler

import pytest
import torch
from torch.utils.data import DataLoader

from projects_move.structures import BatchSamples

LABELS, OWNERS = torch.tensor([3, 0, 2, 1]), torch.tensor([0, 1, 1, 2])


def samples(multi_class=True):
    labels, owners = LABELS, OWNERS
    if not multi_class:
        labels, owners = LABELS[[0, 1, 3]], torch.arange(3)
    masks = torch.rand(3, 2, 6, generator=torch.Generator().manual_seed(0))
    return BatchSamples(labels, owners, ['a', 'b', 'c'], [7, 1, 4],
                        multi_class, 4, dict(frame_mask=masks < .5))


def same(one, other):
    assert (one.names, one.indices) == (other.names, other.indices)
    assert torch.equal(
        one.target(torch.empty(0)), other.target(torch.empty(0)))
    for a, b in zip(one, other):
        assert a.metainfo == b.metainfo
        assert torch.equal(a.gt_label, b.gt_label)
        assert a.gt_label.dtype == b.gt_label.dtype
        assert torch.equal(a.frame_mask, b.frame_mask)
        assert b.frame_mask.dtype == torch.bool
    return True


@pytest.mark.parametrize('multi_class', [True, False])
def test_travel_as_numbers(multi_class):
    sent = samples(multi_class)
    message = bytes(ForkingPickler.dumps(sent))
    assert b'torch' not in message  # a tensor would be a file of its own
    came = pickle.loads(message)  # of two lines above, nobody else's
    assert came.is_stacked and same(sent, came)
    came.fields['frame_mask'][:] = True  # writable, and apart
    assert not sent.fields['frame_mask'].all()


def test_come_from_a_worker():
    """With what was done to its samples."""
    made = samples()
    made[1].set_field(5, 'note')
    for batch in (samples(), made):
        loader = DataLoader([batch], batch_size=None, num_workers=1)
        assert same(batch, next(iter(loader)))
    assert next(iter(loader))[1].note == 5


def test_of_one_video_by_itself():
    one, two, three = samples()
    assert one.gt_label.tolist() == [0, 0, 0, 1]
    assert two.gt_label.tolist() == [1, 0, 1, 0]
    assert three.gt_label.tolist() == [0, 1, 0, 0]
    assert three.metainfo == dict(video_id='c', sample_idx=4)
    assert not torch.equal(one.frame_mask, two.frame_mask)
