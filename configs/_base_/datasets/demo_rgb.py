# what tools/data/make_demo.py renders
_base_ = './rgb.py'

data_root = '{{$DEMO:data/demo}}'

train_pipeline = [
    dict(type='DecordInit'),
    dict(type='SampleVideoFrames', num_frames=16, mode='random'),
    dict(type='DecordDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]
test_pipeline = [
    dict(type='DecordInit'),
    dict(type='SampleVideoFrames', num_frames=32, mode='uniform'),
    dict(type='DecordDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]

train_dataloader = dict(
    batch_size=32,
    num_workers=2,
    dataset=dict(
        multi_class=True, data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=32,
    num_workers=2,
    dataset=dict(
        multi_class=True, data_root=data_root, pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=32,
    num_workers=2,
    dataset=dict(
        multi_class=True, data_root=data_root, pipeline=test_pipeline))
