_base_ = [
    '../_base_/models/move_compact.py', '../_base_/backbones/swin_tiny.py',
    '../_base_/pipelines/clips_32x2.py', '../_base_/datasets/utd_mhad_rgb.py',
    '../_base_/schedules/adam_12e_finetune.py'
]

model = dict(
    backbone=_base_.backbone,
    neck=dict(in_channels=768),
    cls_head=dict(num_classes=27),
    data_preprocessor=_base_.data_preprocessor)
train_dataloader = dict(
    batch_size=8, dataset=dict(pipeline=_base_.train_clips + _base_.views))
val_dataloader = dict(batch_size=8, dataset=dict(pipeline=_base_.test_clips))
test_dataloader = dict(batch_size=8, dataset=dict(pipeline=_base_.test_clips))
