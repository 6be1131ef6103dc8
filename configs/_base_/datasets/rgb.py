# pipelines and loaders of raw videos, eight frames each
_base_ = './loaders.py'

frames = dict(type='SampleFrames', clip_len=1, frame_interval=1, num_clips=8)
pack = [
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]
train_pipeline = [
    dict(type='VideoInit'), frames,
    dict(type='VideoDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5), *pack
]
test_pipeline = [
    dict(type='VideoInit'),
    dict(frames, test_mode=True),
    dict(type='VideoDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='CenterCrop', crop_size=224), *pack
]

train_dataloader = dict(batch_size=16, dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(batch_size=16, dataset=dict(pipeline=test_pipeline))
val_dataloader = test_dataloader
