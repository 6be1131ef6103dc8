_base_ = [
    '../_base_/models/move_plus.py', '../_base_/backbones/tsm_r50.py',
    '../_base_/datasets/videolt_rgb.py',
    '../_base_/schedules/adam_100e_cosine.py'
]

model = dict(
    _base_.recognizer,
    neck=dict(in_channels=2048),
    cls_head=dict(loss_cls=dict(activation='sigmoid')))
train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
