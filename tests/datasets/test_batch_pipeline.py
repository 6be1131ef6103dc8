"""A pipeline runs as configured, on a batch as on its videos one by one."""
import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS, TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

import projects_move.datasets.transforms as transforms
from projects_move.datasets import batch_collate
from projects_move.datasets.batch_pipeline import BatchPipeline
from projects_move.structures import SampleBatch, VideoBatch

INDICES = [5, 0, 400, 5, 813]


class Count(BaseTransform):
    """One more transform, which knows nothing of batches."""

    def __init__(self):
        self.seen = 0

    def transform(self, results):
        self.seen += 1
        return results


class SubclassedSampler(transforms.SampleFeatureFrames):
    """A subclass that does the same."""


class OverridingSampler(transforms.SampleFeatureFrames):
    """A subclass that changes what happens to one video."""

    def transform(self, results):
        return dict(super().transform(results), changed=True)


class OverridingViews(transforms.DynamicFrameSampler):

    def transform(self, results):
        return super().transform(results)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    for kind in (Count, SubclassedSampler, OverridingSampler, OverridingViews):
        monkeypatch.setitem(TRANSFORMS._module_dict, kind.__name__, kind)


def counting(pipeline):
    return [step for each in pipeline
            for step in (dict(type='Count'), each)] + [dict(type='Count')]


def subclassed(pipeline):
    load, sample, *others = pipeline
    return [load, dict(sample, type='SubclassedSampler'), *others]


def overriding(pipeline):
    load, sample, pack, views = pipeline
    return [
        load,
        dict(sample, type='OverridingSampler'),
        dict(pack, type='PackActionInputs', meta_keys=('video_id', )),
        dict(views, type='OverridingViews')
    ]


@pytest.fixture
def fsdd(shared, monkeypatch):
    monkeypatch.setenv('FSDD', str(shared / 'data' / 'fsdd'))
    return Config.fromfile('configs/fsdd/move_logmel_adam-50e_fsdd-feature.py')


def training_set(cfg, change):
    config = cfg.train_dataloader.dataset.copy()
    config.pipeline = change(config.pipeline)
    data = DATASETS.build(config)
    for transform in data.pipeline.transforms:
        if hasattr(transform, 'set_class_counts'):
            transform.set_class_counts(torch.from_numpy(data.class_counts))
    return data


def loss_of(cfg, batch, counts):
    torch.manual_seed(1)
    model = MODELS.build(cfg.model)
    for module in model.modules():
        if hasattr(module, 'set_class_counts'):
            module.set_class_counts(counts)
    return model(**model.data_preprocessor(batch, True), mode='loss')


@pytest.mark.parametrize('change', [counting, subclassed, overriding])
def test_other_transforms_change_nothing_but_what_they_say(fsdd, change):
    batches, losses = [], []
    for each in (list, change):
        data = training_set(fsdd, each)
        counts = torch.from_numpy(data.class_counts)
        np.random.seed(4)
        batches.append(batch_collate(data.__getitems__(INDICES)))
        losses.append(loss_of(fsdd, batches[-1], counts)['loss_cls'])
    one, other = batches
    assert torch.equal(one['inputs'], torch.stack(list(other['inputs'])))
    for a, b in zip(one['data_samples'], other['data_samples']):
        assert a.video_id == b.video_id
        assert torch.equal(a.gt_label, b.gt_label)
        for mask in ('frame_mask', 'query_mask', 'key_mask'):
            assert torch.equal(a.get(mask), b.get(mask))
    assert torch.equal(*losses)


def test_a_batch_stays_stacked_around_other_transforms(fsdd):
    """At the cost of the added transform and nothing else."""
    data = training_set(fsdd, counting)
    batch = batch_collate(data.__getitems__(INDICES))
    assert isinstance(batch['inputs'], torch.Tensor)
    assert isinstance(batch['data_samples'], SampleBatch)
    assert isinstance(batch['data_samples'].field('frame_mask'), torch.Tensor)
    counts = [each.seen for each in data.pipeline.transforms[::2]]
    assert counts == [len(INDICES)] * 5


def test_which_transforms_have_a_batch_form():
    for kind in (transforms.SampleFeatureFrames, SubclassedSampler):
        assert transforms.batch_form(kind(num_frames=3)) is not None
    for transform in (OverridingSampler(num_frames=3), Count(), dict):
        assert transforms.batch_form(transform) is None


def test_raw_videos_are_finished_one_after_the_other():
    log = []
    BatchPipeline([
        lambda row: log.append(f"decode {row['name']}") or row,
        lambda row: log.append(f"pack {row['name']}") or row
    ]).run(VideoBatch(dict(name=['a', 'b'])))
    assert log == ['decode a', 'pack a', 'decode b', 'pack b']


def test_errors_are_reported_with_their_video():
    reported = []

    def fail(results):
        results['name'] = 'changed'
        raise RuntimeError('decoder')

    pipeline = BatchPipeline([fail], lambda info, error: reported.append(
        (info, str(error))))
    with pytest.raises(RuntimeError, match='decoder'):
        pipeline.run(VideoBatch(dict(name=['a', 'b'])))
    assert reported == [(dict(name='a'), 'decoder')]


@pytest.mark.parametrize('test_mode', [True, False])
def test_rejected_videos(tmp_path, write, test_mode):
    """Others take their place in training; a test cannot go on."""
    for i in range(6):
        np.save(tmp_path / f'v{i}.npy', np.full((4, 3), i, np.float32))
    path = write(''.join(f'v{i} 0\n' for i in range(6)))

    def reject(results):
        return None if results['video_id'] in ('v1', 'v4') else results

    data = DATASETS.build(
        dict(
            type='LongTailDataset',
            ann_file=str(path),
            data_prefix=dict(features=str(tmp_path)),
            test_mode=test_mode,
            pipeline=[
                dict(type='LoadFeatures'), reject,
                dict(type='SampleFeatureFrames', num_frames=2),
                dict(type='PackFeatureInputs')
            ]))
    if test_mode:
        with pytest.raises(ValueError, match=r"rejected 1 .*'v1'"):
            data.__getitems__([0, 1, 2])
        with pytest.raises(ValueError, match='rejected 1'):
            data[4]
        return
    rows = data.__getitems__([0, 1, 2, 4])
    values = [int(row['inputs'][0, 0]) for row in rows]
    assert values[:2] == [0, 2] and len(values) == 4
    assert not {1, 4} & set(values)
    assert len(pseudo_collate(rows)['inputs']) == 4
    assert data[1]['data_samples'].video_id in ('v0', 'v2', 'v3', 'v5')
