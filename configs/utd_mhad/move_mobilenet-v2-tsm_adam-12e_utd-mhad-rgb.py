_base_ = [
    '../_base_/models/move_compact.py',
    '../_base_/backbones/mobilenet_v2_tsm.py',
    '../_base_/datasets/utd_mhad_rgb.py',
    '../_base_/schedules/adam_12e_finetune.py'
]

model = dict(
    backbone=_base_.backbone,
    neck=dict(in_channels=1280),
    cls_head=dict(num_classes=27),
    data_preprocessor=_base_.data_preprocessor)
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
