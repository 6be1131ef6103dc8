_base_ = ['./_base_/move.py', '../_base_/features/demo_efficientnet_lite0.py']

model = dict(neck=dict(in_channels=1280))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
