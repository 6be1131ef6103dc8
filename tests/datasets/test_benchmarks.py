"""VideoLT and Imbalanced-MiniKinetics200 with their official lists."""
import numpy as np
import pytest

from projects_move.datasets import ImbalancedMiniKinetics, VideoLTDataset


def videolt(shared, split, **kwargs):
    name = dict(train='train', val='validate', test='test')[split]
    labels = shared / 'labels'
    kwargs.update(
        ann_file=str(labels / f'videolt_{name}.lst'),
        classes=str(labels / 'videolt_count-labels-train.lst'))
    return VideoLTDataset([], split=split, data_root='data', **kwargs)


def minikinetics(shared, **kwargs):
    labels = shared / 'labels'
    name = 'val' if kwargs.get('split') == 'test' else 'train'
    kwargs.setdefault('ann_file', str(labels / f'minikinetics200_{name}.lst'))
    return ImbalancedMiniKinetics([],
                                  classes=str(labels /
                                              'minikinetics200_classes.txt'),
                                  **kwargs)


def test_videolt_groups(shared):
    counts = videolt(shared, 'train').class_counts
    assert (counts > 500).sum() == 47
    assert ((counts <= 500) & (counts > 100)).sum() == 617
    assert (counts <= 100).sum() == 340


@pytest.mark.parametrize('split, size', [('val', 25619), ('test', 51239)])
def test_videolt_splits(shared, split, size):
    dataset = videolt(shared, split, data_prefix=dict(features='tsm'))
    assert len(dataset) == size
    assert dataset.get_data_info(0)['feature_path'].startswith('data/tsm/')


def test_videolt_default_paths(tmp_path):
    with pytest.raises(FileNotFoundError, match='labels/count-labels-train'):
        VideoLTDataset([], data_root=str(tmp_path))
    with pytest.raises(ValueError, match='split must be one of'):
        VideoLTDataset([], split='validate')


@pytest.mark.parametrize('ratio, size', [(.01, 17170), (.02, 19995),
                                         (.05, 25287), (.1, 31152)])
def test_minikinetics_sizes(shared, ratio, size):
    dataset = minikinetics(shared, imbalance_ratio=ratio)
    assert len(dataset) == dataset.class_counts.sum() == size
    assert dataset.class_counts.max() == 399
    assert (dataset.class_counts > 0).all()


def test_minikinetics_fingerprints(shared, monkeypatch, write):
    from projects_move.datasets import minikinetics as module
    for ratio, expected in module.REDUCED_FINGERPRINTS.items():
        videos = minikinetics(shared, imbalance_ratio=ratio).read_annotations()
        assert module.fingerprint(videos) == expected
    monkeypatch.setitem(module.REDUCED_FINGERPRINTS, .02, 'another')
    with pytest.raises(RuntimeError, match='ratio 0.02 has the fingerprint'):
        minikinetics(shared, imbalance_ratio=.02)
    messages = []
    monkeypatch.setattr(module, 'print_log',
                        lambda text, **kwargs: messages.append(text))
    whole = (shared / 'labels' / 'minikinetics200_train.lst').read_text()
    path = write(whole.split('\n', 1)[1])
    minikinetics(shared, ann_file=str(path))
    assert 'a.lst is not the list of the benchmark' in messages[0]


def test_minikinetics_ratios_are_nested(shared):
    small = minikinetics(shared, imbalance_ratio=.01)
    large = minikinetics(shared, imbalance_ratio=.1)
    names = [{data.get_data_info(i)['video_id']
              for i in range(len(data))} for data in (small, large)]
    assert names[0] < names[1]
    lines = [small.get_data_info(i)['line'] for i in range(len(small))]
    assert (np.diff(lines) > 0).all()


def test_minikinetics_test_list_is_complete(shared):
    assert len(minikinetics(shared, split='test')) == 4999


@pytest.mark.parametrize('ratio', [0, 1.5, -1])
def test_minikinetics_wrong_ratio(shared, ratio):
    with pytest.raises(ValueError, match='imbalance ratio must be in'):
        minikinetics(shared, imbalance_ratio=ratio)
