_base_ = [
    '../_base_/models/baseline.py',
    '../_base_/features/minikinetics_resnet101.py',
    '../_base_/schedules/adam_100e_clip20.py'
]

model = dict(cls_head=dict(num_classes=200))
