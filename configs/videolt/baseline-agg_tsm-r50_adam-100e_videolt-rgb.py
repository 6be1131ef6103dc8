_base_ = [
    '../_base_/models/baseline_agg.py', '../_base_/backbones/tsm_r50.py',
    '../_base_/datasets/videolt_rgb.py',
    '../_base_/schedules/adam_100e_clip20.py'
]

model = _base_.recognizer
