_base_ = [
    './_base_/move_frames.py', '../_base_/backbones/efficientnet_lite0.py'
]

model = dict(_base_.recognizer, freeze_backbone=True)
steps = [*_base_.preprocess, *_base_.pack]
train_dataloader = dict(
    dataset=dict(pipeline=[*_base_.train_pipeline[:3], *steps, *_base_.views]))
test_dataloader = dict(
    dataset=dict(pipeline=[*_base_.test_pipeline[:3], *steps]))
val_dataloader = test_dataloader
