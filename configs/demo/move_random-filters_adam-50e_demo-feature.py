_base_ = [
    '../_base_/models/move.py', '../_base_/features/demo_random_filters.py',
    '../_base_/schedules/adam_50e.py'
]

model = dict(
    neck=dict(
        in_channels=512,
        necks=dict(
            attention=dict(head_channels=64),
            netvlad=dict(num_clusters=16, out_channels=256))),
    cls_head=dict(num_classes=15))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
train_cfg = dict(val_interval=5)
