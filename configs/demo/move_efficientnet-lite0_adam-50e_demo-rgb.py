_base_ = [
    './_base_/move.py', '../_base_/backbones/efficientnet_lite0.py',
    '../_base_/datasets/demo_rgb.py'
]

# for training on the videos, and for the extraction of features
model = dict(_base_.recognizer, freeze_backbone=True)
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
