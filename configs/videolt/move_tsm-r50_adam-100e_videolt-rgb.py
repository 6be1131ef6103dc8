_base_ = [
    '../_base_/models/move.py', '../_base_/backbones/tsm_r50.py',
    '../_base_/datasets/videolt_rgb.py', '../_base_/schedules/adam_100e.py'
]

# unlike in the official formulation, NetVLAD's gradient reaches the backbone
model = dict(
    _base_.recognizer,
    neck=dict(in_channels=2048, necks=dict(netvlad=dict(detach_frames=False))))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
