"""A batch of data samples and its samples are two views of one thing."""
import pickle
from multiprocessing.reduction import ForkingPickler

import pytest
import torch
from torch.utils.data import DataLoader

from projects_move.structures import (Labels, SampleBatch, field_of,
                                      set_field_of)

NAMES = ['a', 'b', 'c']


def samples(multi_class=True):
    classes, videos = torch.tensor([3, 0, 2, 1]), torch.tensor([0, 1, 1, 2])
    if not multi_class:
        classes, videos = classes[[0, 1, 3]], torch.arange(3)
    masks = torch.rand(3, 2, 6, generator=torch.Generator().manual_seed(0))
    return SampleBatch(
        dict(
            gt_label=Labels(classes, videos, 3, 4, multi_class),
            frame_mask=masks < .5), dict(video_id=NAMES, sample_idx=[7, 1, 4]))


def assert_same(one, other):
    assert len(one) == len(other)
    for a, b in zip(one, other):
        assert a.metainfo == b.metainfo and set(a.keys()) == set(b.keys())
        for key in a.keys():
            torch.testing.assert_close(a.get(key), b.get(key))


def test_samples():
    one, two, three = samples()
    assert one.gt_label.tolist() == [0, 0, 0, 1]
    assert two.gt_label.tolist() == [1, 0, 1, 0]
    assert three.metainfo == dict(video_id='c', sample_idx=4)
    assert not torch.equal(one.frame_mask, two.frame_mask)
    label = samples(False)[-1].gt_label
    assert label.tolist() == [1] and label.dtype == torch.int64
    assert 'gt_label' in one and 'pred_score' not in one
    assert one.get('pred_score') is None
    with pytest.raises(AttributeError, match="no field 'pred_score'"):
        one.pred_score
    with pytest.raises(IndexError, match='sample 3 of 3'):
        samples()[3]


@pytest.mark.parametrize('multi_class', [True, False])
def test_reading_changes_nothing(multi_class):
    batch = samples(multi_class)
    columns = {name: batch.field(name) for name in ('gt_label', 'frame_mask')}
    for sample in batch:
        sample.gt_label, sample.get('frame_mask'), str(sample)
        sample.clone().set_gt_label(2)
    for name, column in columns.items():
        assert batch.field(name) is column
    assert batch[1] is batch[1]


def test_a_field_is_set_on_samples_and_in_the_batch():
    batch = samples()
    soft = torch.tensor([0., 0., .25, 0.])
    batch[1].set_gt_label(soft)
    batch[2].frame_mask[:] = True
    assert torch.equal(batch.field('gt_label')[1], soft)
    assert batch.field('gt_label')[0].tolist() == [0, 0, 0, 1]
    assert batch.field('frame_mask')[2].all()
    batch[0].set_field(5, 'note')
    assert batch.field('note') == [5, None, None]
    assert batch.field('unknown') is None
    batch[1].pop('frame_mask')
    assert batch.field('frame_mask')[1] is None
    del batch[0].frame_mask, batch[2].frame_mask
    assert batch.field('frame_mask') is None
    # and the other way round
    batch = samples()
    first = batch[0]
    first.frame_mask = torch.zeros(2, 6, dtype=torch.bool)
    batch.set_field('frame_mask', torch.ones(3, 2, 6, dtype=torch.bool))
    assert first.frame_mask.all() and batch[2].frame_mask.all()
    assert batch.field('frame_mask').shape == (3, 2, 6)


def test_lists_of_samples_have_the_same_fields():
    for kind in (samples(), list(samples())):
        set_field_of(kind, 'note', [1, 2, 3])
        assert field_of(kind, 'note') == [1, 2, 3]
        assert [sample.note for sample in kind] == [1, 2, 3]
        assert field_of(kind, 'unknown') is None
    assert field_of(None, 'note') is None


def test_some_of_the_samples():
    batch = samples()
    batch[2].set_metainfo(dict(sample_idx=9))
    part = batch[[2, 0]]
    assert [sample.video_id for sample in part] == ['c', 'a']
    assert [sample.sample_idx for sample in part] == [9, 7]
    assert part[0].gt_label.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize('multi_class', [True, False])
def test_between_processes_it_is_plain_numbers(multi_class):
    sent = samples(multi_class)
    message = bytes(ForkingPickler.dumps(sent))
    assert b'torch' not in message  # a tensor would be a file of its own
    received = pickle.loads(message)  # of two lines above, nobody else's
    assert_same(sent, received)
    received.field('frame_mask')[:] = True  # writable, and a copy
    assert not sent.field('frame_mask').all()
    assert_same([sent[1]], [pickle.loads(pickle.dumps(sent[1]))])


def test_a_worker_sends_all_that_was_set():
    batch = samples()
    batch[1].set_field(5, 'note')
    batch[1].set_metainfo(dict(video_id='other'))
    received = next(iter(DataLoader([batch], batch_size=None, num_workers=1)))
    assert isinstance(received, SampleBatch)
    assert received.field('note') == [None, 5, None]
    assert [sample.video_id for sample in received] == ['a', 'other', 'c']
    torch.testing.assert_close(
        received.field('frame_mask'), batch.field('frame_mask'))


def test_labels():
    labels = samples().field('gt_label')
    hot = labels.multi_hot(torch.empty(0, dtype=torch.float64))
    assert hot.dtype == torch.float64
    assert torch.equal(hot.float(), torch.stack(list(labels)))
    assert labels[[1, 0]].multi_hot(hot).tolist() == hot[[1, 0]].tolist()
    assert [*samples(False).field('gt_label')] == [3, 0, 1]
    with pytest.raises(IndexError, match='video 3 of 3'):
        labels[3]
