# what tools/data/make_demo.py renders
_base_ = '../default_runtime.py'

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
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='LongTailDataset',
        ann_file='train.lst',
        classes='classes.txt',
        multi_class=True,
        data_root=data_root,
        data_prefix=dict(video='videos'),
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=32,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='LongTailDataset',
        ann_file='val.lst',
        classes='classes.txt',
        multi_class=True,
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(video='videos'),
        pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=32,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='LongTailDataset',
        ann_file='test.lst',
        classes='classes.txt',
        multi_class=True,
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(video='videos'),
        pipeline=test_pipeline))

val_evaluator = dict(type='LongTailMetric', groups='thirds')
test_evaluator = val_evaluator
