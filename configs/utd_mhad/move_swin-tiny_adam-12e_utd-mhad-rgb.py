_base_ = ['./_base_/move_clips_32x2.py', '../_base_/backbones/swin_tiny.py']

model = _base_.recognizer
