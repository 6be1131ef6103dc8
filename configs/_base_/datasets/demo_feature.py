# features from tools/extract_features.py --num-frames 32
_base_ = './demo_rgb.py'

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

loader = dict(num_workers=0, persistent_workers=False)
prefix = dict(_delete_=True, features='features')
train_dataloader = dict(
    loader, dataset=dict(data_prefix=prefix, pipeline=train_pipeline))
test_dataloader = dict(
    loader, dataset=dict(data_prefix=prefix, pipeline=test_pipeline))
val_dataloader = test_dataloader
default_hooks = dict(feature_statistics=dict(type='FeatureStatisticsHook'))
