_base_ = ['./_base_/move_frames.py', '../_base_/backbones/mobilenet_v2_tsm.py']

model = _base_.recognizer
