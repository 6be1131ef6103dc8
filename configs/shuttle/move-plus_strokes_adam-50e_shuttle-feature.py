_base_ = [
    '../_base_/models/move_plus_multilabel.py',
    '../_base_/datasets/shuttle_feature.py', '../_base_/schedules/adam_50e.py'
]

model = dict(
    neck=dict(
        in_channels=20,
        necks=dict(
            attention=dict(head_channels=32),
            netvlad=dict(num_clusters=16, out_channels=128))),
    cls_head=dict(num_classes=18))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
