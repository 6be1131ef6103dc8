_base_ = [
    './_base_/move_features.py',
    '../_base_/features/utd_mhad_efficientnet_lite0.py'
]

train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
