# your own videos: lists and classes.txt below data_root
_base_ = './custom_feature.py'

prefix = dict(_delete_=True, video='videos')
train_pipeline = [
    dict(type='DecordInit'),
    dict(type='SampleFrames', clip_len=1, frame_interval=1, num_clips=8),
    dict(type='DecordDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]
test_pipeline = [
    dict(type='DecordInit'),
    dict(
        type='SampleFrames',
        clip_len=1,
        frame_interval=1,
        num_clips=8,
        test_mode=True),
    dict(type='DecordDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]
train_dataloader = dict(
    batch_size=16, dataset=dict(data_prefix=prefix, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=16, dataset=dict(data_prefix=prefix, pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=16, dataset=dict(data_prefix=prefix, pipeline=test_pipeline))
default_hooks = dict(feature_statistics=None)
