# UTD-MHAD: 27 actions recorded by a depth camera. The frames are small, for a
# CPU; the ImageNet weights are for a crop of 225 and a side of 240.
_base_ = './custom_rgb.py'

small = [
    dict(type='Resize', scale=(-1, 136)),
    dict(type='CenterCrop', crop_size=129)
]
train_pipeline = [
    *_base_.train_pipeline[:3], *small, *_base_.train_pipeline[7:]
]
test_pipeline = [*_base_.test_pipeline[:3], *small, *_base_.test_pipeline[5:]]

dataset = dict(data_root='{{$UTD_MHAD:data/utd_mhad}}')
train_dataloader = dict(
    num_workers=2,
    dataset=dict(
        dataset, ann_file='train_xtrial_lt0.05.lst', pipeline=train_pipeline))
test_dataloader = dict(
    num_workers=2,
    dataset=dict(dataset, ann_file='test_xtrial.lst', pipeline=test_pipeline))
# no validation list: the checkpoint of the last epoch is tested
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))
