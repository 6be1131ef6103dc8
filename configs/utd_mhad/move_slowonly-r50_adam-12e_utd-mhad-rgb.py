_base_ = ['./_base_/move_clips_8x8.py', '../_base_/backbones/slowonly_r50.py']

model = _base_.recognizer
