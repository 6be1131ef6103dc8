# MOVE+ for the clips of the demonstration
_base_ = [
    '../../_base_/models/move_plus.py',
    '../../_base_/schedules/adam_100e_cosine_small.py'
]

model = dict(
    neck=dict(
        necks=dict(
            attention=dict(head_channels=64),
            netvlad=dict(num_clusters=16, out_channels=256))),
    cls_head=dict(num_classes=15))
