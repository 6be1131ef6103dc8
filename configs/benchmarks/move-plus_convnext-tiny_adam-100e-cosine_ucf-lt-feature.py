_base_ = [
    '../_base_/models/move_plus_compact.py',
    '../_base_/datasets/ucf_lt_feature.py',
    '../_base_/schedules/adam_100e_cosine_small.py'
]

model = dict(neck=dict(in_channels=768), cls_head=dict(num_classes=101))
train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
