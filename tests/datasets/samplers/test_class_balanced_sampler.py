import copy

import numpy as np
import pytest
import torch
from mmengine.dataset import ConcatDataset, RepeatDataset
from mmengine.registry import DATA_SAMPLERS

from projects_move.datasets import LongTailDataset
from projects_move.datasets.lists.class_counts import video_labels
from projects_move.datasets.samplers import class_balanced_sampler as module
from projects_move.errors import InputError
from tests.pickling import pickle_roundtrip

COUNTS = [64, 16, 4, 1]


@pytest.fixture
def dataset(write):
    rows = [c for c, n in enumerate(COUNTS) for _ in range(n)]
    lines = [f'v{i} {c}' for i, c in enumerate(rows)]
    lines[0] = 'v0 0,3'  # the rarest class has a second video
    return LongTailDataset(
        str(write('\n'.join(lines))), [], multi_class=True, num_classes=5)


def build(dataset, type='ClassBalancedSampler', seed=0, **kwargs):
    return DATA_SAMPLERS.build(
        dict(type=type, dataset=dataset, seed=seed, **kwargs))


def drawn(sampler, *epochs):
    draws = []
    for epoch in epochs:
        sampler.set_epoch(epoch)
        draws += list(sampler)
    return draws


@pytest.mark.parametrize('config, expected', [
    (dict(type='ClassBalancedSampler'), [1, 1, 1, 1]),
    (dict(type='SquareRootSampler'), [8, 4, 2, 2**.5]),
    (dict(type='ClassBalancedSampler', power=1.), [64, 16, 4, 2]),
])
def test_frequencies(dataset, config, expected):
    sampler = build(dataset, **config)
    expected = np.array(expected) / np.sum(expected)
    np.testing.assert_allclose(sampler.probabilities, expected)
    assert sampler.probabilities.sum() == pytest.approx(1, abs=1e-12)
    draws = drawn(sampler, *range(100))
    classes = np.bincount([i.drawn_class for i in draws], minlength=4)
    np.testing.assert_allclose(classes / len(draws), expected, atol=.02)
    # uniform over the videos of a class
    videos = np.bincount([i for i in draws if i.drawn_class == 1])[64:]
    assert len(videos) == 16 and videos.min() > .5 * videos.mean()
    assert {int(i) for i in draws if i.drawn_class == 3} == {0, 84}


def test_draws_are_divided_among_ranks(dataset, monkeypatch):
    whole = list(build(dataset))
    parts = []
    for rank in range(2):
        monkeypatch.setattr(module, 'get_dist_info', lambda: (rank, 2))
        parts.append(list(build(dataset)))
        assert len(parts[-1]) == len(build(dataset)) == 43
    together = [i for pair in zip(*parts) for i in pair]
    assert together[:85] == whole


def test_draws_depend_on_seed_and_epoch(dataset):
    together = drawn(build(dataset), *range(4))
    assert together[3 * 85:] == drawn(build(dataset), 3)
    assert list(build(dataset, seed=1)) != list(build(dataset))


def test_drawn_index_is_pickled_with_its_class():
    index = module.DrawnIndex(7, 3)
    for other in (pickle_roundtrip(index), copy.deepcopy(index)):
        assert other == 7 and other.drawn_class == 3


def test_labels_of_wrapped_datasets(dataset):
    videos, labels = video_labels(dataset)
    assert len(videos) == 86 and labels[:2].tolist() == [0, 3]
    for both in (ConcatDataset([dataset, dataset]), RepeatDataset(dataset, 2)):
        twice = video_labels(both)
        assert twice[0].tolist() == [*videos, *(videos + 85)]
        assert twice[1].tolist() == [*labels, *labels]
    few = copy.deepcopy(dataset)
    few._indices, few._fully_initialized = [0, 84], False
    few.full_init()
    assert [part.tolist() for part in few.video_labels] == [[0, 0, 1],
                                                            [0, 3, 3]]


def test_ignored_labels_reach_the_loss(tmp_path, dataset):
    from mmaction.registry import MODELS
    for i in range(85):
        np.save(tmp_path / f'v{i}.npy', np.random.randn(4, 6))
    dataset = LongTailDataset(
        dataset.ann_file, [
            dict(type='LoadFeatures'),
            dict(type='SampleFeatureFrames', num_frames=5),
            dict(
                type='PackActionInputs', meta_keys=('video_id', 'sample_idx')),
            dict(type='KeepSampledLabel')
        ],
        data_prefix=dict(features=str(tmp_path)),
        multi_class=True,
        num_classes=5)
    one = dataset[module.DrawnIndex(0, 3)]['data_samples']
    assert one.ignored_labels.tolist() == [True, False, False, False, False]
    other = dataset[module.DrawnIndex(70, 1)]['data_samples']
    head = MODELS.build(
        dict(
            type='LongTailHead',
            num_classes=5,
            in_channels=6,
            dropout_ratio=0.,
            loss_cls=dict(type='BinaryCrossEntropyLoss')))
    x = torch.randn(2, 3, 6)
    loss = head.loss(x, [one, other])['loss_cls']
    target = torch.stack([one.gt_label, other.gt_label])
    plain = torch.nn.functional.binary_cross_entropy_with_logits(
        head(x), target, reduction='none')
    plain[0, 0] = 0
    torch.testing.assert_close(loss, plain.sum() / 2)
    with pytest.raises(ValueError, match="v0 was not drawn for a class"):
        dataset[0]
    move = MODELS.build(dict(type='MOVEHead', num_classes=5, in_channels=6))
    with pytest.raises(InputError, match='both ignored and mixed'):
        move.loss(x, [one, other])
