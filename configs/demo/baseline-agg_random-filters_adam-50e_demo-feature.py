_base_ = [
    './_base_/baseline_agg.py', '../_base_/features/demo_random_filters.py'
]

model = dict(neck=dict(in_channels=512))
