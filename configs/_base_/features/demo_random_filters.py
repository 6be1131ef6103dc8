# features of tools/extract_features.py --num-frames 32
_base_ = '../datasets/demo_rgb.py'

prefix = dict(_delete_=True, features='features')
train_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=24, mode='random'),
    dict(type='PackFeatureInputs')
]
test_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', mode='all'),
    dict(type='PackFeatureInputs')
]
train_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(data_prefix=prefix, pipeline=train_pipeline))
val_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(data_prefix=prefix, pipeline=test_pipeline))
test_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(data_prefix=prefix, pipeline=test_pipeline))
default_hooks = dict(feature_statistics=dict(type='FeatureStatisticsHook'))
