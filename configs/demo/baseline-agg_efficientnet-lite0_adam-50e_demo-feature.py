_base_ = [
    './_base_/baseline_agg.py', '../_base_/features/demo_efficientnet_lite0.py'
]

model = dict(neck=dict(in_channels=1280))
