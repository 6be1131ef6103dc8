# UTD-MHAD as features of every frame, in a folder or packed store
_base_ = './custom_feature.py'

train_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=30, mode='random'),
    dict(type='PackFeatureInputs')
]
test_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', mode='all'),
    dict(type='PackFeatureInputs')
]

dataset = dict(
    data_root='{{$UTD_MHAD:data/utd_mhad}}',
    data_prefix=dict(features='{{$UTD_MHAD_FEATURES:features/mobilenet-v2}}'))
train_dataloader = dict(
    num_workers=2,
    dataset=dict(
        dataset, ann_file='train_xtrial_lt0.05.lst', pipeline=train_pipeline))
test_dataloader = dict(
    num_workers=2,
    dataset=dict(dataset, ann_file='test_xtrial.lst', pipeline=test_pipeline))
# no validation list: the checkpoint of the last epoch is tested
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(interval=50, save_best=None))
