_base_ = [
    '../_base_/models/move.py', '../_base_/backbones/random_filters.py',
    '../_base_/datasets/demo_rgb.py', '../_base_/schedules/adam_50e.py'
]

# for training on the videos, and for the extraction of features
model = dict(
    _base_.recognizer,
    freeze_backbone=True,
    neck=dict(
        in_channels=512,
        necks=dict(
            attention=dict(head_channels=64),
            netvlad=dict(num_clusters=16, out_channels=256))),
    cls_head=dict(num_classes=15))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
train_cfg = dict(val_interval=5)
