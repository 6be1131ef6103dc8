_base_ = [
    '../_base_/models/move.py', '../_base_/backbones/random_filters.py',
    '../_base_/datasets/demo_rgb.py', '../_base_/schedules/adam_50e.py'
]

# straight from the videos; also what the features are extracted with
model = dict(
    backbone=_base_.backbone,
    freeze_backbone=True,
    neck=dict(
        in_channels=512,
        necks=dict(
            attention=dict(head_channels=64),
            netvlad=dict(num_clusters=16, out_channels=256))),
    cls_head=dict(num_classes=15),
    data_preprocessor=_base_.data_preprocessor)
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
train_cfg = dict(val_interval=5)
