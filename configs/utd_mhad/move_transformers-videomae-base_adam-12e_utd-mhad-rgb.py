_base_ = [
    './_base_/move_clips_16x4.py',
    '../_base_/backbones/transformers_videomae_base.py'
]

model = dict(_base_.recognizer, freeze_backbone=True)
steps = [_base_.train_steps[0], *_base_.preprocess, *_base_.pack]
train_dataloader = dict(
    dataset=dict(
        pipeline=[dict(type='VideoInit'), _base_.clip, *steps, *_base_.views]))
test_dataloader = dict(
    dataset=dict(pipeline=[
        dict(type='VideoInit'),
        dict(_base_.clip, test_mode=True), *steps
    ]))
val_dataloader = test_dataloader
