_base_ = [
    './_base_/move_features.py', '../_base_/datasets/utd_mhad_feature.py'
]

train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
