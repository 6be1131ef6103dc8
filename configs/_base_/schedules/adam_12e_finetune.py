# fine-tuning: the backbone learns at a tenth of the learning rate
_base_ = './adam_100e.py'

train_cfg = dict(max_epochs=12, val_interval=6)
optim_wrapper = dict(
    optimizer=dict(lr=1e-3),
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=0.1))))
param_scheduler = [
    dict(type='MultiStepLR', by_epoch=True, milestones=[6, 10], gamma=0.1)
]
auto_scale_lr = dict(base_batch_size=16)
