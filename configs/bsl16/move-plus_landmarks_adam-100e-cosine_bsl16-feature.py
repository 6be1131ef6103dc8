_base_ = [
    '../_base_/models/move_plus.py', '../_base_/datasets/bsl16_feature.py',
    '../_base_/schedules/adam_100e_cosine_small.py'
]

model = dict(
    neck=dict(
        in_channels=234,
        necks=dict(
            attention=dict(head_channels=32),
            netvlad=dict(num_clusters=16, out_channels=128))),
    cls_head=dict(num_classes=16))
train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
