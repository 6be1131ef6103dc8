import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.dataset import pseudo_collate, worker_init_fn
from torch.utils.data import DataLoader

from projects_move.datasets import LongTailDataset
from projects_move.datasets.lists.annotations import AnnotationError


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
    settings = dict(
        type='LongTailDataset',
        ann_file='list.lst',
        classes='classes.txt',
        multi_class=True,
        data_root=str(root),
        pipeline=[
            dict(type='LoadFeatures'),
            dict(type='SampleFeatureFrames', num_frames=5),
            dict(type='PackActionInputs', meta_keys=('video_id', ))
        ])
    return DATASETS.build({**settings, **kwargs})


def test_counts_and_classes(root):
    dataset = build(root)
    assert dataset.class_counts.tolist() == [3, 0, 2, 2]
    assert dataset.class_counts.dtype == np.int64
    assert dataset.metainfo['classes'] == ('run', 'jump', 'hop', 'sit')
    assert dataset.get_cat_ids(3) == [0, 3]


def test_sample(root):
    sample = build(root)[0]
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


def test_classes_default_to_the_largest_label(root):
    assert build(root, classes=None).class_counts.tolist() == [3, 0, 2, 2]
    dataset = build(root, classes=None, num_classes=6)
    assert dataset.class_counts.tolist() == [3, 0, 2, 2, 0, 0]


def test_raw_video_paths(root):
    (root / 'v.lst').write_text('a 0\nb.AVI 1\nclip.v1 0\n')

    def files(**kwargs):
        dataset = build(
            root,
            ann_file='v.lst',
            data_prefix=dict(video=''),
            pipeline=[],
            **kwargs)
        return [dataset.get_data_info(i)['filename'] for i in range(3)]

    assert files() == [
        f'{root}/{name}' for name in ('a.mp4', 'b.AVI', 'clip.v1.mp4')
    ]
    assert files(suffix='.v1')[::2] == [f'{root}/a.v1', f'{root}/clip.v1']


def test_data_prefix_of_another_form(root):
    with pytest.raises(ValueError, match='data_prefix must be'):
        build(root, data_prefix=dict(img='x'))


def test_missing_feature_names_file_video_and_line(root):
    (root / 'c.npy').unlink()
    with pytest.raises(
            FileNotFoundError,
            match=r'c\.npy \(video c, line 3 of the list\)'):
        build(root)[2]


def test_class_balanced_dataset_repeats_the_rare(root):
    dataset = DATASETS.build(
        dict(
            type='ClassBalancedDataset',
            oversample_thr=0.5,
            dataset=dict(
                type='LongTailDataset',
                ann_file='list.lst',
                classes='classes.txt',
                multi_class=True,
                data_root=str(root),
                pipeline=[])))
    # hop and sit are rarer than half of the videos, run is not
    assert list(dataset.repeat_indices) == [0, 0, 1, 1, 2, 2, 3, 3, 4]


def test_indices_and_lazy_init(root):
    few = build(root, indices=2)
    assert len(few) == 2
    assert few.class_counts.tolist() == [1, 0, 2, 0]
    lazy = build(root, lazy_init=True)
    assert lazy.class_counts.tolist() == [3, 0, 2, 2]


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


def test_ten_thousand_lines_stay_serialised(tmp_path):
    lines = '\n'.join(f'v{i} {i % 50}' for i in range(10000))
    (tmp_path / 'big.lst').write_text(lines)
    dataset = LongTailDataset('big.lst', [], data_root=str(tmp_path))
    assert len(dataset) == 10000
    assert dataset.class_counts.tolist() == [200] * 50
    assert dataset.get_data_info(9999)['line'] == 10000
