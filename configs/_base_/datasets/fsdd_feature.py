# the Free Spoken Digit Dataset as log-mel frames, one feature file a clip
_base_ = '../default_runtime.py'

data_root = '{{$FSDD:data/fsdd}}'
train_list = 'train_lt0.05.lst'

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
    batch_size=32,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='LongTailDataset',
        ann_file=train_list,
        classes='classes.txt',
        data_root=data_root,
        data_prefix=dict(features='feat'),
        pipeline=train_pipeline))
test_dataloader = dict(
    batch_size=100,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='LongTailDataset',
        ann_file='test.lst',
        classes='classes.txt',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(features='feat'),
        pipeline=test_pipeline))
# no validation list: the checkpoint of the last epoch counts
val_dataloader = test_dataloader
default_hooks = dict(
    checkpoint=dict(interval=50, save_best=None),
    feature_statistics=dict(type='FeatureStatisticsHook'))

val_evaluator = dict(type='LongTailMetric', groups='thirds')
test_evaluator = val_evaluator
