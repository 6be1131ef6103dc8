"""Transforms and data sets of users do in a batch what they do to a video."""
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import PackActionInputs
from torch.utils.data import DataLoader

import projects_move.datasets.transforms as transforms
from projects_move.datasets import LongTailDataset, batch_collate
from projects_move.structures import VideoBatch

LABELS = ['0', '1,3', '2', '3', '0,1,2', '1']


@pytest.fixture
def build(tmp_path):

    def build(*added, pack=None, cls=LongTailDataset, multi=True, **kwargs):
        for i in range(6):
            np.save(tmp_path / f'v{i}.npy', np.full((7, 3), i, np.float32))
        (tmp_path /
         'a.lst').write_text(''.join(f'v{i} {label if multi else label[0]}\n'
                                     for i, label in enumerate(LABELS)))
        return cls(
            str(tmp_path / 'a.lst'), [
                transforms.LoadFeatures(), *added,
                transforms.SampleFeatureFrames(4), pack
                or transforms.PackFeatureInputs()
            ],
            data_prefix=dict(features=str(tmp_path)),
            num_classes=4,
            multi_class=multi,
            **kwargs)

    return build


def batch_of(data, indices=range(6)):
    return batch_collate(data.__getitems__(list(indices)))


@pytest.mark.parametrize('pack',
                         [None,
                          PackActionInputs(meta_keys=('video_id', ))])
def test_labels_changed_in_place(build, pack):

    def smooth(results):
        results['label'] *= .5
        return results

    samples = batch_of(build(smooth, pack=pack))['data_samples']
    assert samples[1].gt_label.tolist() == [0, .5, 0, .5]


@pytest.mark.parametrize('multi, changed', [(True, [0, 9, 0, 1]),
                                            (False, [9])])
def test_labels_of_a_sample_changed_in_place(build, multi, changed):
    samples = batch_of(build(multi=multi))['data_samples']
    samples[1].gt_label[1 if multi else 0] = 9
    assert samples[1].gt_label.tolist() == changed
    assert samples.field('gt_label')[1].tolist() == changed
    assert samples[[1]][0].gt_label.tolist() == changed


def test_cached_features_cannot_be_changed_in_place(build):

    def double(results):
        results['features'] *= 2
        return results

    with pytest.raises(ValueError, match='read-only'):
        batch_of(build(double))
    changed = batch_of(
        build(lambda results: dict(results, features=results['features'] * 2)))
    assert changed['inputs'][3].unique().tolist() == [6]


class DarkVideos(LongTailDataset):

    def prepare_data(self, idx):
        results = super().prepare_data(idx)
        results['inputs'] = results['inputs'] * 0
        return results


class DarkItems(LongTailDataset):

    def __getitem__(self, idx):
        results = super().__getitem__(idx)
        return dict(results, inputs=results['inputs'] * 0)


@pytest.mark.parametrize('cls', [DarkVideos, DarkItems])
def test_overridden_data_sets(build, cls):
    assert not torch.stack(batch_of(build(cls=cls))['inputs']).any()


class WithInfos(LongTailDataset):

    def load_data_list(self):
        return [
            dict(info, label=self.label_of(i))
            for i, info in enumerate(super().load_data_list())
        ]

    def label_of(self, index):
        return np.eye(4)[index % 4]


class WithSoftLabels(WithInfos):

    def label_of(self, index):
        return np.array([.5, .5, 0, 0])


def test_one_hot_labels_of_data_infos(build):
    assert build(cls=WithInfos).class_counts.tolist() == [2, 2, 1, 1]
    with pytest.raises(ValueError, match='video v0: expected class indices'):
        build(cls=WithSoftLabels)


@pytest.mark.parametrize('num_workers', [0, 1])
def test_keys_that_only_some_videos_have(build, num_workers):

    def augment(results):
        if results['video_id'] in ('v1', 'v2'):
            results['note'] = 'augmented'
        return results

    pack = transforms.PackFeatureInputs(meta_keys=('video_id', 'note'))
    samples = next(
        iter(
            DataLoader(
                build(augment, pack=pack),
                batch_size=6,
                num_workers=num_workers,
                collate_fn=batch_collate)))['data_samples']
    assert ['note' in sample
            for sample in samples] == [False, True, True, False, False, False]
    assert samples.field('note') == [None, 'augmented', 'augmented'
                                     ] + [None] * 3
    assert samples[0].metainfo == dict(video_id='v0')


def test_samples_without_any_field(build):
    pack = transforms.PackFeatureInputs(meta_keys=())

    def drop_label(results):
        results.pop('label')
        return results

    batch = batch_of(build(drop_label, pack=pack))
    assert len(batch['data_samples']) == len(batch['inputs']) == 6
    batch['data_samples'][5].set_gt_label(2)
    assert batch['data_samples'].field('gt_label')[5].tolist() == [2]


class SameInputsTwice(transforms.BatchTransform):

    def transform_batch(self, batch):
        return VideoBatch(dict(batch.columns, again=batch.columns['inputs']))


def test_columns_that_share_memory(build):
    data = build()
    data.pipeline.transforms.append(SameInputsTwice())
    kept = []
    for batch in DataLoader(
            data,
            batch_size=2,
            num_workers=1,
            collate_fn=batch_collate,
            sampler=[0, 1, 2, 3, 4, 5] * 6):
        kept.append(batch['again'])
        del batch
    for i, batch in enumerate(kept):
        assert batch[:, 0, 0].tolist() == [2 * i % 6, (2 * i + 1) % 6]


def test_videos_read_by_threads(build):
    data = build()
    indices = [i % 6 for i in range(1200)]
    with ThreadPoolExecutor(4) as pool:
        videos = list(pool.map(lambda i: data[i]['inputs'], indices))
    assert [int(video[0, 0]) for video in videos] == indices
    assert all(len(video.unique()) == 1 for video in videos)


def test_transform_overridden_on_the_object(build):
    data = build()
    sampler, seen = data.pipeline.transforms[1], []
    sample = sampler.transform
    sampler.transform = lambda results: seen.append(1) or sample(results)
    assert len(batch_of(data)['inputs']) == len(seen) == 6
