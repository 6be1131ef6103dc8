import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.dataset import pseudo_collate, worker_init_fn
from torch.utils.data import DataLoader

from projects_move.datasets import LongTailDataset
from projects_move.datasets.lists.annotations import AnnotationError

SETTINGS = dict(
    type='LongTailDataset',
    ann_file='list.lst',
    classes='classes.txt',
    multi_class=True,
    pipeline=[
        dict(type='LoadFeatures'),
        dict(type='SampleFeatureFrames', num_frames=5),
        dict(type='PackActionInputs', meta_keys=('video_id', ))
    ])


@pytest.fixture
def root(tmp_path):
    """Five videos of different lengths, seven labels of four classes."""
    (tmp_path / 'list.lst').write_text('a 0,2\nb 2\nc 3\nd 0,3\ne 0\n')
    (tmp_path / 'classes.txt').write_text('run\njump\nhop\nsit\n')
    rng = np.random.default_rng(0)
    for frames, name in enumerate('abcde', 4):
        features = rng.standard_normal((frames, 6))
        np.save(tmp_path / f'{name}.npy', features.astype(np.float16))
    return tmp_path


def build(root, **kwargs):
    return DATASETS.build({**SETTINGS, 'data_root': str(root), **kwargs})


def test_counts_classes_and_samples(root):
    dataset = build(root)
    assert dataset.class_counts.tolist() == [3, 0, 2, 2]
    assert dataset.class_counts.dtype == np.int64
    assert dataset.metainfo['classes'] == ('run', 'jump', 'hop', 'sit')
    assert dataset.get_cat_ids(3) == [0, 3]
    sample = dataset[0]
    assert sample['inputs'].shape == (5, 6)
    assert sample['inputs'].dtype == torch.float16
    assert sample['data_samples'].gt_label.tolist() == [1, 0, 1, 0]
    assert sample['data_samples'].video_id == 'a'


def test_single_label(root):
    (root / 'one.lst').write_text('b 2\nc sit\n')
    dataset = build(root, ann_file='one.lst', multi_class=False)
    assert dataset[1]['data_samples'].gt_label.tolist() == [3]
    assert dataset.get_cat_ids(0) == [2]
    with pytest.raises(AnnotationError, match="line 1: video 'a' has the"):
        build(root, multi_class=False)


@pytest.mark.parametrize('kwargs, counts', [
    (dict(classes=None), [3, 0, 2, 2]),
    (dict(classes=None, num_classes=6), [3, 0, 2, 2, 0, 0]),
    (dict(indices=2), [1, 0, 2, 0]),
    (dict(lazy_init=True), [3, 0, 2, 2]),
])
def test_class_counts(root, kwargs, counts):
    """The largest label is the last class where no classes are given."""
    dataset = build(root, **kwargs)
    assert dataset.class_counts.tolist() == counts
    assert len(dataset) == kwargs.get('indices', 5)


def test_raw_video_paths(root):
    (root / 'v.lst').write_text('a 0\nb.AVI 1\nclip.v1 0\n')

    for kwargs, names in ((dict(), ['a.mp4', 'b.AVI', 'clip.v1.mp4']),
                          (dict(suffix='.v1'), ['a.v1', 'b.AVI', 'clip.v1'])):
        files = build(
            root, ann_file='v.lst', data_prefix=dict(video=''), **kwargs)
        assert [files.get_data_info(i)['filename']
                for i in range(3)] == [f'{root}/{name}' for name in names]
    with pytest.raises(ValueError, match='data_prefix must be'):
        build(root, data_prefix=dict(img='x'))


def test_missing_feature_names_file_video_and_line(root):
    (root / 'c.npy').unlink()
    with pytest.raises(
            FileNotFoundError, match=r'c\.npy \(video c, line 3 '
            r'of the list\)'):
        build(root)[2]


def test_class_balanced_dataset_repeats_the_rare(root):
    dataset = DATASETS.build(
        dict(
            type='ClassBalancedDataset',
            oversample_thr=0.5,
            dataset=dict(SETTINGS, data_root=str(root))))
    # hop and sit are rarer than half of the videos, run is not
    assert list(dataset.repeat_indices) == [0, 0, 1, 1, 2, 2, 3, 3, 4]


@pytest.mark.parametrize('num_workers', [0, 2])
def test_frames_follow_the_seed(root, num_workers):

    def draw(seed):
        np.random.seed(seed)
        torch.manual_seed(seed)
        loader = DataLoader(
            build(root),
            batch_size=2,
            num_workers=num_workers,
            collate_fn=pseudo_collate,
            worker_init_fn=lambda i: worker_init_fn(i, num_workers, 0, seed))
        return torch.stack([x for batch in loader for x in batch['inputs']])

    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))


def test_ten_thousand_lines_stay_serialised(write):
    path = write('\n'.join(f'v{i} {i % 50}' for i in range(10000)))
    dataset = LongTailDataset(str(path), [])
    assert len(dataset) == 10000
    assert dataset.class_counts.tolist() == [200] * 50
    assert dataset.get_data_info(9999)['line'] == 10000


@pytest.mark.parametrize('file, text', [
    ('t.csv', 'filename,tag\na,hop\nb,run\nb,sit\n'),
    ('t.txt', 'a 3\nb 1 4\n'),
    ('t.json', '[{"id": "a", "template": "h[op]"}, {"video": 1}]'),
    ('t.json', '[{"clip": "a", "label": 3}, {"clip": "b", "label": [1, 4]}]'),
])
def test_formats_and_classes_from_one(root, file, text):
    (root / 'classInd.txt').write_text('1 run\n2 jump\n3 hop\n4 sit\n')
    (root / file).write_text(text)
    kwargs = dict(ann_file=file, classes='classInd.txt')
    if 'template' in text:
        with pytest.raises(AnnotationError, match='entry 2: expected an id'):
            build(root, **kwargs)
        return
    if file == 't.txt':
        with pytest.raises(AnnotationError, match='list_format=NAME'):
            build(root, **kwargs)
        kwargs['list_format'] = 'multilabel'
    dataset = build(root, **kwargs)
    assert [dataset.get_cat_ids(i) for i in range(2)] == [[2], [0, 3]]
    assert dataset.metainfo['classes'] == ('run', 'jump', 'hop', 'sit')
