"""Contracts of data sets, samplers and transforms."""
import numpy as np
import torch
from mmcv.transforms import BaseTransform

from projects_move.datasets.samplers.class_balanced_sampler import DrawnIndex
from projects_move.datasets.videos.video_reader import VideoReader
from tests.contracts.components import C, S, build, of_kind, video_list
from tests.datasets.videos.encoding import encode
from tests.pickling import pickle_roundtrip
from tests.tiny import sample


def drawn_sample(labels, drawn_class):
    one = sample(labels, S)
    one.set_metainfo(dict(sample_idx=DrawnIndex(7, drawn_class)))
    return one


def encoded(folder):
    encode(folder / 'v.mp4', 'mpeg4', num_frames=5)
    return str(folder / 'v.mp4')


def open_video(folder):
    return VideoReader(encoded(folder))


# what a transform is given
RESULTS = dict(
    CenterCropFrames=lambda folder: dict(
        imgs=[np.random.RandomState(0).randint(0, 256,
                                               (20, 30, 3), np.uint8)]),
    DynamicFrameSampler=lambda folder: dict(
        inputs=torch.randn(9, C), data_samples=sample(2)),
    KeepSampledLabel=lambda folder: dict(
        inputs=torch.randn(9, C), data_samples=drawn_sample([0, 4], 4)),
    LoadFeatures=lambda folder: video_list(folder) and dict(
        feature_path=str(folder / 'v_2.npy')),
    PackFeatureInputs=lambda folder: dict(
        imgs=np.random.RandomState(0).randn(9, C), label=2, video_id='v_2'),
    ResizeFrames=lambda folder: dict(
        imgs=[np.random.RandomState(0).randint(0, 256,
                                               (20, 30, 3), np.uint8)]),
    SampleFeatureFrames=lambda folder: dict(
        features=np.random.RandomState(0).randn(9, C)),
    SampleVideoFrames=lambda folder: dict(total_frames=30),
    VideoDecode=lambda folder: dict(
        video_reader=open_video(folder), frame_inds=np.array([2, 0])),
    VideoInit=lambda folder: dict(filename=encoded(folder)))


@of_kind('')
def test_transform(cls, tmp_path):
    transform = build(cls, tmp_path)
    assert isinstance(transform, BaseTransform)
    assert cls.__name__ in RESULTS, f'add an input of {cls.__name__}'
    outcomes = []
    for one in (transform, pickle_roundtrip(transform)):
        results = RESULTS[cls.__name__](tmp_path)
        if 'inputs' in results:
            results['inputs'] = torch.ones_like(results['inputs'])
        torch.manual_seed(4)
        np.random.seed(4)
        outcomes.append(one(results))
        assert isinstance(outcomes[-1], dict)
        outcomes[-1].pop('video_reader', None)
    # the seed, and nothing else, decides
    assert outcomes[0].keys() == outcomes[1].keys()
    for key, value in outcomes[0].items():
        if hasattr(value, 'all_items'):
            value, other = value.to_dict(), outcomes[1][key].to_dict()
        else:
            value, other = {key: value}, {key: outcomes[1][key]}
        for name in value:
            assert np.array_equal(value[name], other[name]), name


@of_kind('Dataset')
def test_dataset(cls, tmp_path):
    dataset = build(cls, tmp_path)
    assert len(dataset) == 6
    counts = dataset.class_counts
    assert counts.dtype == np.int64 and counts.tolist() == [2, 1, 1, 1, 1]
    assert len(dataset.metainfo['classes']) == S
    for i, label in enumerate([0, 1, 2, 3, 4, 0]):
        info = dataset.get_data_info(i)
        assert info['video_id'] == f'v_{i}'
        assert dataset.get_cat_ids(i) == [label]
        if torch.is_tensor(info['label']):
            assert torch.equal(info['label'], torch.eye(S)[label])
        else:
            assert info['label'] == label


@of_kind('Sampler')
def test_sampler(cls, tmp_path):
    sampler = build(cls, tmp_path)
    assert len(sampler) == 6 == len(list(sampler))
    draws = list(sampler)
    assert draws == list(sampler)
    labels = [0, 1, 2, 3, 4, 0]
    assert all(labels[i] == i.drawn_class for i in draws)
    sampler.set_epoch(1)
    assert draws != list(sampler)
