_base_ = [
    './_base_/move_clips_16x4.py', '../_base_/backbones/videomae_base.py'
]

model = _base_.recognizer
