_base_ = [
    '../_base_/models/baseline_agg_compact.py',
    '../_base_/features/utd_mhad_efficientnet_lite0.py',
    '../_base_/schedules/adam_50e.py'
]

model = dict(neck=dict(in_channels=1280), cls_head=dict(num_classes=27))
