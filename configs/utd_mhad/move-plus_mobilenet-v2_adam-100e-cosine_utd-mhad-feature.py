_base_ = [
    '../_base_/models/move_plus.py', '../_base_/datasets/utd_mhad_feature.py',
    '../_base_/schedules/adam_100e_cosine_small.py'
]

model = dict(
    neck=dict(
        in_channels=1280,
        necks=dict(
            attention=dict(head_channels=128),
            netvlad=dict(num_clusters=16, out_channels=256))),
    cls_head=dict(num_classes=27))
train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
