_base_ = [
    './_base_/move_plus.py', '../_base_/features/demo_efficientnet_lite0.py'
]

model = dict(neck=dict(in_channels=1280))
train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
