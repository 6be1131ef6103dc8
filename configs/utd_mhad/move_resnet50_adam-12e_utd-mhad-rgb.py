_base_ = ['./_base_/move_frames.py', '../_base_/backbones/resnet50.py']

model = dict(_base_.recognizer, freeze_backbone=True)
