_base_ = [
    '../_base_/models/baseline.py',
    '../_base_/features/utd_mhad_efficientnet_lite0.py',
    '../_base_/schedules/adam_50e.py'
]

model = dict(cls_head=dict(num_classes=27, in_channels=1280))
