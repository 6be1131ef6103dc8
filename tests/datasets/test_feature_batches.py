"""A batch is the batch of its samples."""
import numpy as np
import pytest
import torch
from mmengine.dataset import BaseDataset, RepeatDataset, pseudo_collate
from torch.utils.data import DataLoader

from projects_move.datasets import batch_collate
from projects_move.models.heads.targets import stack_targets
from projects_move.models.necks import stack_frame_masks
from tests.datasets.tiny_features import (KINDS, LABELS, LENGTHS, C, S, T,
                                          dataset, read, write_features)


@pytest.fixture(params=KINDS)
def folder(request, tmp_path, write):
    return write_features(request.param, tmp_path, write)


@pytest.mark.parametrize('multi', [True, False])
def test_equals_its_samples(folder, multi):
    data = dataset(folder, multi=multi)
    indices = [4, 0, 6, 2, 2]
    batch = read(data, indices)
    samples = pseudo_collate([data[i] for i in indices])
    torch.testing.assert_close(batch['inputs'], torch.stack(samples['inputs']))
    like = torch.empty(0, dtype=torch.float64)
    ours, theirs = batch['data_samples'], samples['data_samples']
    assert len(ours) == 5
    torch.testing.assert_close(
        stack_targets(ours, S, like), stack_targets(theirs, S, like))
    for one, other in zip(ours, theirs):
        assert torch.equal(one.gt_label, other.gt_label)
        assert one.gt_label.dtype == other.gt_label.dtype
        assert one.metainfo == other.metainfo
    if multi:
        ours[3].set_gt_label(torch.tensor([0.] * 4 + [.25]))
        assert stack_targets(ours, S, like)[3, 4] == .25


@pytest.mark.parametrize('formulation', ['official', 'paper'])
def test_masks(folder, formulation):
    views = dict(num_views=3, min_frames=2, formulation=formulation)
    data = dataset(folder, 'random', views=views)
    indices = list(range(7)) * 40
    batch = read(data, indices)
    frames = torch.empty(280, T, C)
    masks = stack_frame_masks(batch['data_samples'], frames)
    assert masks.views.shape == (280, 3, T) and masks.views.dtype == torch.bool
    tau = data.pipeline.transforms[-1].tau
    for index, label in enumerate(LABELS):
        sizes = masks.views[index::7].sum(-1).unique().tolist()
        bound = [max(float(tau[int(s)]) * T, 2) for s in label.split(',')]
        fewest = int(sum(bound) / len(bound))
        assert sizes == list(range(fewest, T + 1))
    assert not torch.equal(masks.views[:, 0], masks.views[:, 1])
    if formulation == 'paper':
        assert masks.query is masks.key is None
    else:
        assert masks.query.shape == (280, 3, T)
        assert masks.key.shape == (280, 1, T)
    for a, b in zip(masks, stack_frame_masks([*batch['data_samples']],
                                             frames)):
        assert a is b is None or torch.equal(a, b)


def test_random_frames(folder):
    """Of the video, sorted, and all of them come up."""
    data = dataset(folder, 'random')
    indices = list(range(7)) * 60
    inputs = read(data, indices)['inputs']
    assert (inputs.diff(dim=1)[..., 0] >= 0).all()
    for index, length in enumerate(LENGTHS):
        frames = inputs[index::7, :, 0] - 100 * index
        assert frames.unique().tolist() == list(range(length))
    np.random.seed(3)
    again = read(data, indices)['inputs']
    np.random.seed(3)
    assert torch.equal(read(data, indices)['inputs'], again)


@pytest.mark.parametrize('multi', [True, False])
def test_samples_that_are_kept_do_not_change(folder, multi):
    """Nor does the data set, whatever is done to them."""
    data = dataset(folder, multi=multi)
    kept = [data[i] for i in [*range(7)] * 5]
    for i, one in enumerate(kept):
        again = data[i % 7]
        assert torch.equal(one['inputs'], again['inputs'])
        assert one['inputs'][0, 0] == 100 * (i % 7)
        assert torch.equal(one['data_samples'].gt_label,
                           again['data_samples'].gt_label)
    places = {one['inputs'].data_ptr() for one in kept}
    assert len(places) == len(kept)
    counts = data.class_counts.tolist()
    kept[3]['data_samples'].gt_label.fill_(4)
    kept[3]['inputs'].fill_(-1)
    label = data[3]['data_samples'].gt_label.tolist()
    assert label == ([0, 0, 0, 1, 0] if multi else [3])
    assert data.class_counts.tolist() == counts
    assert torch.equal(data[3]['inputs'], kept[10]['inputs'])


@pytest.mark.parametrize('workers', [0, 1, 2])
@pytest.mark.parametrize('batch_size', [None, 7])
def test_one_by_one_through_a_loader(folder, workers, batch_size):
    """As wrappers of data sets ask for them."""
    rows = []
    for batch in DataLoader(
            RepeatDataset(dataset(folder), 3),
            batch_size=batch_size,
            num_workers=workers,
            collate_fn=pseudo_collate if batch_size else None):
        rows += batch['inputs'] if batch_size else [batch['inputs']]
    assert [row[0, 0] for row in rows] == [100 * i for i in range(7)] * 3


@pytest.mark.parametrize('views', [None, dict(num_views=2, min_frames=2)])
@pytest.mark.parametrize('index', [7, -8, 70])
def test_beyond_the_list(folder, views, index):
    data = dataset(folder, views=views)
    for get in (data.__getitem__, lambda i: data.__getitems__([i])):
        with pytest.raises(IndexError, match=f'video {index} of a list of 7'):
            get(index)


def test_any_integer_is_an_index(folder):
    data = dataset(folder)
    for index in (3, np.int64(3), torch.tensor(3), -4):
        sample = data[index]['data_samples']
        assert sample.sample_idx == 3 and type(sample.sample_idx) is int
        batch = read(data, [index])['data_samples']
        assert batch[0].metainfo == sample.metainfo
        assert type(batch[0].sample_idx) is int


def test_masks_follow_the_class_counts(folder):
    data = dataset(folder, views=dict(num_views=2, min_frames=1))

    def sizes(index):
        one = [data[index]['data_samples'] for _ in range(60)]
        together = read(data, [index] * 60)['data_samples']
        alone, together = ({
            int(size)
            for sample in samples
            for size in sample.frame_mask.sum(-1)
        } for samples in (one, together))
        assert alone == together
        return alone

    assert sizes(3) == {1, 2, 3, 4, 5}  # of two videos
    assert sizes(-5) == {5}  # the head
    data.pipeline.transforms[-1].set_class_counts(
        torch.tensor([9, 4, 1, 30, 2]))
    assert sizes(3) == {5} and sizes(2) == {1, 2, 3, 4, 5}
    data.pipeline.transforms[-1].min_frames = 4
    assert sizes(2) == {4, 5}


@pytest.mark.parametrize('workers', [0, 2])
def test_through_a_loader(folder, workers):
    data = dataset(folder, views=dict(num_views=2, min_frames=2))
    loader = DataLoader(
        data, batch_size=3, num_workers=workers, collate_fn=batch_collate)
    found = list(loader)
    assert [len(batch['inputs']) for batch in found] == [3, 3, 1]
    rows = torch.cat([batch['inputs'] for batch in found])
    assert torch.equal(rows, torch.stack([row['inputs'] for row in data]))
    names = [s.video_id for batch in found for s in batch['data_samples']]
    assert names == [f'v{i}' for i in range(7)]


def test_faults_are_named(tmp_path, write):
    np.save(tmp_path / 'v0.npy', np.ones((4, C), np.float16))
    np.save(tmp_path / 'v1.npy', np.full((4, C), np.nan, np.float16))
    write('v0 0\nv1 1\nv2 0\n', 'all.lst')
    data = dataset(tmp_path)
    assert read(data, [0, 0])['inputs'].dtype == torch.float16
    with pytest.raises(ValueError, match='video v1.* line 2 .*holds NaN'):
        read(data, [0, 1])
    with pytest.raises(FileNotFoundError, match=r'v2.npy .*line 3 of the'):
        read(data, [2, 0])
    np.save(tmp_path / 'v2.npy', np.ones((4, C), np.float32) / 3)
    mixed = read(data, [0, 2])['inputs']
    assert mixed.dtype == torch.float32 and mixed[1, 0, 0] == np.float32(1 / 3)


def test_subsets_made_later(folder):
    data = dataset(folder)
    data.__getitems__([0])
    subset = data.get_subset([5, 1, 4])
    data.get_subset_([6, 0])
    for part, names in ((subset, ['v5', 'v1', 'v4']), (data, ['v6', 'v0'])):
        batch = read(part, range(len(names)))
        assert [s.video_id for s in batch['data_samples']] == names
        assert [row['data_samples'].video_id for row in part] == names
        assert (batch['inputs'][:, 0, 0] //
                100).tolist() == [int(name[1]) for name in names]
    assert data.class_counts.tolist() == [1, 0, 0, 0, 1]
    assert data[-1]['data_samples'].video_id == 'v0'


def test_subset_has_no_part_of_a_data_set_that_is_gone(folder):
    """MMEngine remembers what it has copied by addresses, which are used
    again."""
    data = dataset(folder)
    copies, = BaseDataset._copy_without_annotation.__defaults__
    address = id(data.pipeline)
    copies[address] = 'part of another data set'
    try:
        subset = data.get_subset([5, 1, 4])
    finally:
        del copies[address]
    assert type(subset.pipeline) is type(data.pipeline)
    assert subset.pipeline is not data.pipeline
