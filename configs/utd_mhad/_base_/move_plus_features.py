# MOVE+ for features of 1280 channels
_base_ = [
    '../../_base_/models/move_plus_compact.py',
    '../../_base_/schedules/adam_100e_cosine_small.py'
]

model = dict(neck=dict(in_channels=1280), cls_head=dict(num_classes=27))
