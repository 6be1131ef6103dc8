"""Features that stay in memory train as those that are read."""
import os
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, HOOKS
from mmengine.dataset import RepeatDataset, pseudo_collate
from torch.utils.data import DataLoader

from projects_move.datasets.collate import batch_collate
from projects_move.datasets.features import packed_store
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.models.data_preprocessors import FeatureDataPreprocessor
from projects_move.structures import ResidentFrames

LENGTHS = [3, 9, 1, 6, 9, 4, 20]
LABELS = ['0', '1', '2', '3', '0', '1', '4']
T, C = 5, 8


@pytest.fixture(params=['folder', 'store'])
def features(request, tmp_path):
    """float32; every value says its video, frame and channel."""
    arrays = [
        (np.arange(length)[:, None] + np.arange(C) / 16 + 100 * i).astype('f4')
        for i, length in enumerate(LENGTHS)
    ]
    if request.param == 'folder':
        for i, array in enumerate(arrays):
            (tmp_path / 'x').mkdir(exist_ok=True)
            np.save(tmp_path / 'x' / f'v{i}.npy', array)
    else:
        with ShardWriter(tmp_path / 'x', 'float32', C) as store:
            for i, array in enumerate(arrays):
                store.add(f'v{i}', array)
    lines = (f'v{i} {label}\n' for i, label in enumerate(LABELS))
    (tmp_path / 'list').write_text(''.join(lines))
    return tmp_path


def runner_of(folder,
              mode='random',
              collate=batch_collate,
              workers=0,
              persistent=False,
              **kwargs):
    data = DATASETS.build(
        dict(
            type='LongTailDataset',
            ann_file=str(folder / 'list'),
            num_classes=5,
            data_prefix=dict(features=str(folder / 'x')),
            pipeline=[
                dict(type='LoadFeatures'),
                dict(type='SampleFeatureFrames', num_frames=T, mode=mode),
                dict(
                    type='PackActionInputs',
                    meta_keys=('video_id', 'sample_idx'))
            ],
            **kwargs))
    loader = DataLoader(
        data,
        batch_size=4,
        num_workers=workers,
        collate_fn=collate,
        persistent_workers=persistent)
    model = torch.nn.Module()
    model.data_preprocessor = FeatureDataPreprocessor()
    said = []
    return SimpleNamespace(
        model=model,
        train_dataloader=loader,
        train_loop=None,
        said=said,
        logger=SimpleNamespace(info=said.append))


def batches(runner):
    np.random.seed(0)
    prepare = runner.model.data_preprocessor
    return torch.cat(
        [prepare(batch)['inputs'] for batch in runner.train_dataloader])


def keep(runner, tmp_path, **kwargs):
    shared = tmp_path / 'shared'
    shared.mkdir(exist_ok=True)
    hook = HOOKS.build(
        dict(type='FeatureMemoryHook', shared=str(shared), **kwargs))
    hook.before_train(runner)
    assert not list(shared.iterdir())


@pytest.mark.parametrize('workers', [0, 2])
@pytest.mark.parametrize('mode', ['random', 'uniform'])
@pytest.mark.parametrize('where', ['host', 'device'])
def test_same_batches(features, where, mode, workers):
    runner = runner_of(features, mode)
    expected = batches(runner)
    runner = runner_of(features, mode, workers=workers)
    keep(runner, features, where=where)
    for path in (features / 'x').iterdir():
        path.unlink()  # nothing is read any more
    found = batches(runner)
    if workers and mode == 'random':  # workers have seeds of their own
        found, expected = (each[..., 0] // 100 for each in (found, expected))
    assert torch.equal(found, expected)
    assert 'keeps 7 of 7 videos' in runner.said[0]


@pytest.mark.parametrize('workers', [0, 1])
@pytest.mark.parametrize('where', ['host', 'device'])
def test_where_some_fit_the_rarest_stay(features, where, workers):
    expected = batches(runner_of(features, 'uniform'))
    runner = runner_of(features, 'uniform', workers=workers)
    room = (1 + 6 + 20) * C * 4  # of v2, v3 and v6
    with mock.patch('shutil.disk_usage', lambda _: SimpleNamespace(free=room)):
        keep(runner, features, where=where, share=1.)
    assert 'keeps 3 of 7 videos' in runner.said[0]
    for name in ('v2.npy', 'v3.npy', 'v6.npy'):
        if (features / 'x' / name).exists():
            (features / 'x' / name).unlink()
    for _ in range(2):
        assert torch.equal(batches(runner), expected)


def test_in_another_float_type(features):
    runner = runner_of(features, 'uniform')
    expected = batches(runner)
    for where in ('host', 'device'):
        runner = runner_of(features, 'uniform')
        keep(runner, features, where=where, dtype='float16')
        found = batches(runner)
        assert found.dtype == torch.float32
        assert torch.equal(found, expected.half().float())


def test_auto_says_what_it_chose(features):
    runner = runner_of(features)
    keep(runner, features, where='auto')
    assert 'stay on the host' in runner.said[0]
    runner = runner_of(features)
    with mock.patch('shutil.disk_usage', lambda _: SimpleNamespace(free=9)):
        keep(runner, features, where='auto')
    assert 'stay on the disk' in runner.said[0]
    expected = batches(runner_of(features))
    assert torch.equal(batches(runner), expected)


def test_what_cannot_be_kept(features):
    runner = runner_of(features, collate=pseudo_collate)
    with pytest.raises(ValueError, match='collate_fn=.*batch_collate'):
        keep(runner, features, where='device')
    keep(runner, features, where='host')
    assert len(next(iter(runner.train_dataloader))['inputs']) == 4
    runner = runner_of(features)
    runner.train_dataloader.dataset.pipeline.transforms.pop()
    with pytest.raises(ValueError, match='usual pipeline'):
        keep(runner, features, where='host')
    keep(runner, features, where='auto')
    assert 'stay on the disk: ' in runner.said[0]
    with pytest.raises(ValueError, match="where must be one of .*'ram'"):
        HOOKS.build(dict(type='FeatureMemoryHook', where='ram'))


def test_a_fault_is_named_and_leaves_nothing(features):
    np.save(features / 'x' / 'v4.npy', np.full((2, C), np.nan, 'f4'))
    if not os.path.exists(features / 'x' / 'store.json'):
        for where in ('host', 'device'):
            with pytest.raises(ValueError, match=r'v4.npy.* NaN'):
                keep(runner_of(features), features, where=where)
        assert not list((features / 'shared').iterdir())


@pytest.mark.parametrize('where', ['host', 'device'])
def test_stored_in_two_types(features, where):
    if not (features / 'x' / 'v3.npy').exists():
        return  # a store has one
    path = features / 'x' / 'v3.npy'
    np.save(path, np.load(path).astype('float16'))
    with pytest.raises(ValueError, match='v3 has features of float16, the fi'):
        keep(runner_of(features), features, where=where)
    expected = batches(runner_of(features, 'uniform'))
    runner = runner_of(features, 'uniform')
    keep(runner, features, where=where, dtype='float32')
    assert torch.equal(batches(runner), expected)


def test_ranks_choose_alike(features):
    """By what the fullest of them has."""
    module = 'projects_move.engine.hooks.feature_memory_hook'
    runner = runner_of(features)
    with mock.patch(f'{module}.all_gather_object', lambda free: [free, 10]):
        keep(runner, features, where='auto')
    assert 'stay on the disk' in runner.said[0]


def test_nothing_is_held_after_a_training(features):
    runner = runner_of(features, 'uniform')
    expected = batches(runner)
    hook = HOOKS.build(
        dict(type='FeatureMemoryHook', where='device', shared=str(features)))
    hook.before_train(runner)
    hook.after_train(runner)
    assert runner.model.data_preprocessor.resident is None
    assert torch.equal(batches(runner), expected)
    runner = runner_of(features)
    keep(runner, features, where='host')
    known = packed_store._store.cache_info().currsize
    keep(runner_of(features), features, where='host')
    assert packed_store._store.cache_info().currsize <= known + 1


def test_wrapped_data_sets(features):
    runner = runner_of(features)
    loader = runner.train_dataloader
    runner.train_dataloader = DataLoader(
        RepeatDataset(loader.dataset, 2),
        batch_size=4,
        collate_fn=batch_collate)
    with pytest.raises(ValueError, match='without a wrapper'):
        keep(runner, features, where='device')
    keep(runner, features, where='host')
    assert len(batches(runner)) == 14


def test_workers_that_are_spawned(features):
    runner = runner_of(features, workers=1)
    runner.train_dataloader.multiprocessing_context = 'spawn'
    with pytest.raises(ValueError, match='forked'):
        keep(runner, features, where='host')


def test_workers_that_have_started(features):
    runner = runner_of(features, 'uniform', workers=1, persistent=True)
    expected = batches(runner)
    keep(runner, features, where='device')
    batch = next(iter(runner.train_dataloader))
    assert isinstance(batch['inputs'], ResidentFrames)
    assert torch.equal(batches(runner), expected)
