_base_ = ['./_base_/move_frames.py', '../_base_/backbones/mobilenet_v2.py']

model = dict(_base_.recognizer, freeze_backbone=True)
