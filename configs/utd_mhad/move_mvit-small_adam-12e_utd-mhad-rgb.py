_base_ = ['./_base_/move_clips_16x4.py', '../_base_/backbones/mvit_small.py']

model = _base_.recognizer
