# pipelines and loaders of cached features
_base_ = './loaders.py'

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

loader = dict(batch_size=32, collate_fn=dict(type='batch_collate'))
train_dataloader = dict(loader, dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(loader, dataset=dict(pipeline=test_pipeline))
val_dataloader = test_dataloader
