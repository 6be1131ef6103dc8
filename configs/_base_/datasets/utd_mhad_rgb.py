# UTD-MHAD: 27 actions seen by a depth camera. Small frames suit a CPU; 225
# in place of 129 (and 240 of 136) is the size of the ImageNet weights.
_base_ = './rgb.py'

data_root = '{{$UTD_MHAD:data/utd_mhad}}'

small = [
    dict(type='Resize', scale=(-1, 136)),
    dict(type='CenterCrop', crop_size=129)
]
train_pipeline = [
    *_base_.train_pipeline[:3], *small, *_base_.train_pipeline[7:]
]
test_pipeline = [*_base_.test_pipeline[:3], *small, *_base_.test_pipeline[5:]]

train_dataloader = dict(
    num_workers=2,
    dataset=dict(
        ann_file='train_xtrial_lt0.05.lst',
        data_root=data_root,
        pipeline=train_pipeline))
test_dataloader = dict(
    num_workers=2,
    dataset=dict(
        ann_file='test_xtrial.lst',
        data_root=data_root,
        pipeline=test_pipeline))
# no validation list: the checkpoint of the last epoch counts
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))
