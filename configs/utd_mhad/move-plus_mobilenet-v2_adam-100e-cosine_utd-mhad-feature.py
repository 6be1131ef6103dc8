_base_ = [
    './_base_/move_plus_features.py', '../_base_/datasets/utd_mhad_feature.py'
]

# no square-root sampling, which would draw the same few videos of a class
train_dataloader = dict(
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
