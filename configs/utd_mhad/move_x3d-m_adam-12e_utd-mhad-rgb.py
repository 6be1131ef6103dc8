_base_ = ['./_base_/move_clips_16x4.py', '../_base_/backbones/x3d_m.py']

model = _base_.recognizer
