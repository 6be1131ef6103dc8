"""The Free Spoken Digit Dataset as log-mel frames."""
from mmengine.dataset import DefaultSampler

from projects_move.datasets import LongTailDataset
from projects_move.datasets.collate import batch_collate
from projects_move.datasets.transforms import (LoadFeatures, PackFeatureInputs,
                                               SampleFeatureFrames)
from projects_move.engine import FeatureStatisticsHook
from projects_move.evaluation import LongTailMetric

data_root = 'data/fsdd'  # the environment variable FSDD is ignored
train_pipeline = [
    dict(type=LoadFeatures),
    dict(type=SampleFeatureFrames, num_frames=60, mode='random'),
    dict(type=PackFeatureInputs)
]
test_pipeline = [
    dict(type=LoadFeatures),
    dict(type=SampleFeatureFrames, num_frames=150, mode='uniform'),
    dict(type=PackFeatureInputs)
]
train_dataloader = dict(
    batch_size=32,
    num_workers=0,
    persistent_workers=False,
    sampler=dict(type=DefaultSampler, shuffle=True),
    collate_fn=dict(type=batch_collate),
    dataset=dict(
        type=LongTailDataset,
        ann_file='train_lt0.05.lst',
        classes='classes.txt',
        data_root=data_root,
        data_prefix=dict(features='feat'),
        pipeline=train_pipeline))
test_dataloader = dict(
    batch_size=100,
    num_workers=0,
    persistent_workers=False,
    sampler=dict(type=DefaultSampler, shuffle=False),
    collate_fn=dict(type=batch_collate),
    dataset=dict(
        type=LongTailDataset,
        ann_file='test.lst',
        classes='classes.txt',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(features='feat'),
        pipeline=test_pipeline))
val_dataloader = test_dataloader
feature_statistics = dict(type=FeatureStatisticsHook)
val_evaluator = dict(type=LongTailMetric, groups='thirds')
test_evaluator = val_evaluator
