"""Batches of segments: as many frames as a video has, up to a number."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from projects_move.datasets import batch_collate
from projects_move.models.necks import stack_frame_masks
from tests.datasets.tiny_features import (KINDS, LENGTHS, C, T, dataset, read,
                                          write_features)

MODES = ['segments', 'random_segments']
VIEWS = dict(num_views=2, min_frames=2)


@pytest.fixture(params=KINDS)
def folder(request, tmp_path, write):
    return write_features(request.param, tmp_path, write)


def frames_of(inputs, video):
    """Indices of the frames that the values are of."""
    frames = inputs.numpy() - 100 * video - np.arange(C) / 16
    assert (frames == frames[:, :1]).all()  # no value of another video
    return frames[:, 0].astype(int).tolist()


@pytest.mark.parametrize('mode', MODES)
def test_each_video_has_its_own_frames(folder, mode):
    batch = read(dataset(folder, mode), range(len(LENGTHS)))
    for i, (inputs, total) in enumerate(zip(batch['inputs'], LENGTHS)):
        frames = frames_of(inputs, i)
        assert len(frames) == min(total, T)
        if total <= T:
            assert frames == list(range(total))
        elif mode == 'segments':
            assert frames == [(2 * k + 1) * total // (2 * T) for k in range(T)]


def test_every_frame_of_a_long_video_comes_up(folder):
    data = dataset(folder, 'random_segments')
    found = set()
    for inputs in read(data, [6] * 300)['inputs']:
        frames = frames_of(inputs, 6)
        assert [frame // 4 for frame in frames] == list(range(T))  # 20 / T
        found.update(frames)
    assert found == set(range(20))


@pytest.mark.parametrize('mode', MODES)
@pytest.mark.parametrize('views', [None, VIEWS])
def test_batch_is_its_samples(folder, mode, views):
    """With the same seed; the masks draw after all frames of a batch."""
    data = dataset(folder, mode, views=views)
    indices = [4, 0, 6, 2, 2]
    np.random.seed(3)
    batch = read(data, indices)
    np.random.seed(3)
    if views:
        data.pipeline.transforms.pop()
    samples = pseudo_collate([data[i] for i in indices])
    for one, other in zip(batch['inputs'], samples['inputs']):
        assert torch.equal(one, other)


def test_equal_lengths_are_stacked(folder):
    batch = read(dataset(folder, 'segments'), [6, 4, 1, 3])
    assert isinstance(batch['inputs'], torch.Tensor)
    assert batch['inputs'].shape == (4, T, C)
    assert isinstance(
        read(dataset(folder, 'segments'), [6, 0])['inputs'], list)


@pytest.mark.parametrize('formulation', ['official', 'paper'])
def test_masks_of_different_lengths(folder, formulation):
    views = dict(VIEWS, formulation=formulation)
    data = dataset(folder, 'random_segments', views=views)
    batch = read(data, [2, 6, 0, 5])  # of 1, 20, 3 and 4 frames
    preprocessor = MODELS.build(dict(type='FeatureDataPreprocessor'))
    out = preprocessor(batch, True)
    lengths = [1, T, 3, 4]
    assert out['inputs'].shape == (4, T, C)
    assert out['valid'].sum(1).tolist() == lengths
    masks = stack_frame_masks(out['data_samples'], out['inputs'], out['valid'])
    assert masks.views.shape == (4, 2, T) and masks.views.any(-1).all()
    for row, n in zip(masks.views, lengths):
        assert not row[:, n:].any()
    for sample, n in zip(batch['data_samples'], lengths):
        assert sample.frame_mask.shape == (2, n)


@pytest.mark.parametrize('mode', MODES)
@pytest.mark.parametrize('workers', [0, 2])
def test_through_a_loader(folder, mode, workers):
    data = dataset(folder, mode, views=VIEWS)
    loader = DataLoader(
        data, batch_size=3, num_workers=workers, collate_fn=batch_collate)
    video = 0
    for batch in loader:
        for inputs, sample in zip(batch['inputs'], batch['data_samples']):
            frames = frames_of(inputs, video)
            assert len(frames) == min(LENGTHS[video], T)
            assert sample.video_id == f'v{video}'
            assert sample.frame_mask.shape == (2, len(frames))
            video += 1
    assert video == len(LENGTHS)


def test_workers_draw_different_frames(folder):
    """Each worker has a generator of its own, as MMEngine seeds it."""
    from functools import partial

    from mmengine.dataset.utils import worker_init_fn
    data = dataset(folder, 'random_segments').get_subset([6] * 8)
    loader = DataLoader(
        data,
        batch_size=4,
        num_workers=2,
        collate_fn=batch_collate,
        worker_init_fn=partial(worker_init_fn, num_workers=2, rank=0, seed=0))
    first, second = ([frames_of(each, 6) for each in batch['inputs']]
                     for batch in loader)
    assert first != second


def test_float_types_of_a_batch_are_kept(tmp_path, write):
    """The padded batch has the widest of them."""
    np.save(tmp_path / 'v0.npy', np.full((2, C), 1 / 3, np.float16))
    np.save(tmp_path / 'v1.npy', np.full((9, C), 1e5, np.float32))
    write('v0 0\nv1 1\n', 'all.lst')
    batch = read(dataset(tmp_path, 'segments'), [0, 1])
    assert [each.dtype
            for each in batch['inputs']] == [torch.float16, torch.float32]
    out = MODELS.build(dict(type='FeatureDataPreprocessor'))(batch)
    assert (out['inputs'][1] == 1e5).all()
    assert out['inputs'][0, 0, 0] == np.float16(1 / 3)


@pytest.mark.parametrize('mode', MODES)
def test_faults_are_named(tmp_path, write, mode):
    np.save(tmp_path / 'v0.npy', np.ones((4, C), np.float16))
    np.save(tmp_path / 'v1.npy', np.full((4, C), np.nan, np.float16))
    np.save(tmp_path / 'v2.npy', np.ones((9, C + 1), np.float16))
    write('v0 0\nv1 1\nv2 0\n', 'all.lst')
    data = dataset(tmp_path, mode)
    with pytest.raises(ValueError, match='video v1.* line 2 .*holds NaN'):
        read(data, [0, 1])
    with pytest.raises(
            ValueError, match='video v2.* line 3 .*expected 8 .*found 9'):
        read(data, [0, 2])
