# cached features: how frames are sampled, and what the loaders share
_base_ = '../default_runtime.py'

train_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=60, mode='random'),
    dict(type='PackFeatureInputs')
]
test_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=150, mode='uniform'),
    dict(type='PackFeatureInputs')
]

train_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='batch_collate'),
    dataset=dict(
        type='LongTailDataset',
        ann_file='train.lst',
        classes='classes.txt',
        data_root='data/custom',
        data_prefix=dict(features='features'),
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='batch_collate'),
    dataset=dict(
        type='LongTailDataset',
        ann_file='val.lst',
        classes='classes.txt',
        test_mode=True,
        data_root='data/custom',
        data_prefix=dict(features='features'),
        pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='batch_collate'),
    dataset=dict(
        type='LongTailDataset',
        ann_file='test.lst',
        classes='classes.txt',
        test_mode=True,
        data_root='data/custom',
        data_prefix=dict(features='features'),
        pipeline=test_pipeline))
val_evaluator = dict(type='LongTailMetric', groups='thirds')
test_evaluator = val_evaluator
