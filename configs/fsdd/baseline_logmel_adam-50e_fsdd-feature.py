_base_ = [
    '../_base_/models/baseline.py', '../_base_/datasets/fsdd_feature.py',
    '../_base_/schedules/adam_50e.py'
]

model = dict(cls_head=dict(num_classes=10, in_channels=64))
