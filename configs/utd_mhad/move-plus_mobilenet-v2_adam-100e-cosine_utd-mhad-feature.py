_base_ = [
    './_base_/move_plus_features.py', '../_base_/datasets/utd_mhad_feature.py'
]

train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
