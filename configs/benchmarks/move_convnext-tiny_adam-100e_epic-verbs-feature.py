_base_ = [
    '../_base_/models/move_compact.py',
    '../_base_/datasets/epic_verbs_feature.py',
    '../_base_/schedules/adam_100e.py'
]

model = dict(neck=dict(in_channels=768), cls_head=dict(num_classes=97))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
