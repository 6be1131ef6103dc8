# labels/ and features/ as configs/videolt/README.md lays them out
_base_ = '../default_runtime.py'

data_root = '{{$VIDEOLT:data/videolt}}'
features = 'features'

train_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=60, mode='random'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]
test_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=150, mode='uniform'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]

train_dataloader = dict(
    batch_size=128,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='VideoLTDataset',
        split='train',
        data_root=data_root,
        data_prefix=dict(features=features),
        pipeline=train_pipeline))
# The best checkpoint is chosen on validate.lst. To choose it on the test
# list, as the released code does, set val_dataloader.dataset.split=test.
val_dataloader = dict(
    batch_size=128,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='VideoLTDataset',
        split='val',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(features=features),
        pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=128,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='VideoLTDataset',
        split='test',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(features=features),
        pipeline=test_pipeline))

val_evaluator = dict(
    type='LongTailMetric',
    groups=dict(head_min_exclusive=500, tail_max_inclusive=100))
test_evaluator = val_evaluator
