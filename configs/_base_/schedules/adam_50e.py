# short runs on small data: Adam 1e-3, x0.1 after 30 % and 60 %
_base_ = './adam_100e.py'

train_cfg = dict(max_epochs=50, val_interval=50)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
param_scheduler = [
    dict(type='MultiStepLR', by_epoch=True, milestones=[15, 30], gamma=0.1)
]
auto_scale_lr = dict(base_batch_size=32)
