"""A few feature files whose values tell where they are from."""
import numpy as np
import torch
from mmaction.registry import DATASETS

from projects_move.datasets import batch_collate
from tests.datasets.features.stores import pack

LENGTHS = [3, 9, 1, 6, 9, 4, 20]
LABELS = ['0', '1,3', '2', '3', '0,1,2', '1', '4']
T, C, S = 5, 8, 5

KINDS = ['folder', 'store', 'sub/folder of a store']


def write_features(kind, tmp_path, write):
    """Features whose every value says its video, frame and channel."""
    prefix = 'deep/' * kind.startswith('sub')
    frames = {
        f'{prefix}v{i}':
        (np.arange(n)[:, None] + np.arange(C) / 16 + 100 * i).astype('float32')
        for i, n in enumerate(LENGTHS)
    }
    features = tmp_path / 'features'
    if kind == 'folder':
        features.mkdir()
        for name, array in frames.items():
            np.save(features / f'{name}.npy', array)
    else:
        pack(features, frames, 'float32', C, shard_bytes=800)
    for name, width in (('all.lst', None), ('one.lst', 1)):
        write(
            ''.join(f'v{i} {label[:width]}\n'
                    for i, label in enumerate(LABELS)), name)
    return features / prefix


def dataset(folder, mode='uniform', multi=True, views=None):
    pipeline = [
        dict(type='LoadFeatures'),
        dict(type='SampleFeatureFrames', num_frames=T, mode=mode),
        dict(type='PackFeatureInputs')
    ]
    if views:
        pipeline.append(dict(type='DynamicFrameSampler', **views))
    root = next(
        path for path in (folder, *folder.parents)
        if (path / 'all.lst').exists())
    built = DATASETS.build(
        dict(
            type='LongTailDataset',
            ann_file=str(root / ('all.lst' if multi else 'one.lst')),
            num_classes=S,
            multi_class=multi,
            data_prefix=dict(features=str(folder)),
            pipeline=pipeline))
    if views:
        built.pipeline.transforms[-1].set_class_counts(
            torch.tensor([9, 4, 30, 2, 1]))
    return built


def read(data, indices):
    return batch_collate(data.__getitems__(indices))
