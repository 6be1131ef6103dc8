_base_ = ['./_base_/move.py', '../_base_/features/demo_random_filters.py']

model = dict(neck=dict(in_channels=512))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
