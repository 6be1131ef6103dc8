_base_ = [
    '../_base_/models/move_plus.py', '../_base_/backbones/resnet50.py',
    '../_base_/datasets/minikinetics_rgb.py',
    '../_base_/schedules/adam_100e_cosine.py'
]

model = dict(
    _base_.recognizer, freeze_backbone=True, cls_head=dict(num_classes=200))
train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
