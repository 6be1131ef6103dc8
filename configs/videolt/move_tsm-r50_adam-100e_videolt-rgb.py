_base_ = [
    '../_base_/models/move.py', '../_base_/backbones/tsm_r50.py',
    '../_base_/datasets/videolt_rgb.py', '../_base_/schedules/adam_100e.py'
]

# the official NetVLAD alone would let no gradient through
model = dict(
    backbone=_base_.backbone,
    neck=dict(necks=dict(netvlad=dict(detach_frames=False))),
    data_preprocessor=_base_.data_preprocessor)
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
