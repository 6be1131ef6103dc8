# labels/ and features/ as configs/minikinetics/README.md lays them out
_base_ = '../default_runtime.py'

data_root = '{{$MINIKINETICS:data/minikinetics}}'
imbalance_ratio = 0.01

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
        type='ImbalancedMiniKinetics',
        split='train',
        imbalance_ratio=imbalance_ratio,
        data_root=data_root,
        data_prefix=dict(features='features/train'),
        pipeline=train_pipeline))
test_dataloader = dict(
    batch_size=128,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='ImbalancedMiniKinetics',
        split='test',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(features='features/val'),
        pipeline=test_pipeline))

# The benchmark has no validation list: the test list is watched, and the
# checkpoint of the last epoch counts. To choose the best one on the test
# list, as the released code does, set
# default_hooks.checkpoint.save_best=long_tail/mAP.
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))

val_evaluator = dict(
    type='LongTailMetric',
    groups=dict(head_min_exclusive=300, tail_max_inclusive=40))
test_evaluator = val_evaluator
