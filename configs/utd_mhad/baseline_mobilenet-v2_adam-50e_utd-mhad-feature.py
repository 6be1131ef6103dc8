_base_ = [
    '../_base_/models/baseline.py', '../_base_/datasets/utd_mhad_feature.py',
    '../_base_/schedules/adam_50e.py'
]

model = dict(cls_head=dict(num_classes=27, in_channels=1280))
