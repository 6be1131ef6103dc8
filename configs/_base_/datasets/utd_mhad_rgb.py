# UTD-MHAD: 27 actions seen by a depth camera. Small frames suit a CPU; 225
# in place of 129 (and 240 of 136) is the size of the ImageNet weights.
_base_ = '../default_runtime.py'

data_root = '{{$UTD_MHAD:data/utd_mhad}}'
train_list = 'train_xtrial_lt0.05.lst'

train_pipeline = [
    dict(type='DecordInit'),
    dict(type='SampleFrames', clip_len=1, frame_interval=1, num_clips=8),
    dict(type='DecordDecode'),
    dict(type='Resize', scale=(-1, 136)),
    dict(type='CenterCrop', crop_size=129),
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
    dict(type='Resize', scale=(-1, 136)),
    dict(type='CenterCrop', crop_size=129),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]

train_dataloader = dict(
    batch_size=16,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='LongTailDataset',
        ann_file=train_list,
        classes='classes.txt',
        data_root=data_root,
        data_prefix=dict(video='videos'),
        pipeline=train_pipeline))
test_dataloader = dict(
    batch_size=16,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='LongTailDataset',
        ann_file='test_xtrial.lst',
        classes='classes.txt',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(video='videos'),
        pipeline=test_pipeline))
# no validation list: the checkpoint of the last epoch counts
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))

val_evaluator = dict(type='LongTailMetric', groups='thirds')
test_evaluator = val_evaluator
