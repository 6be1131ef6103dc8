# MOVE+ for the clips of the demonstration
_base_ = [
    '../../_base_/models/move_plus_compact.py',
    '../../_base_/schedules/adam_100e_cosine_small.py'
]

model = dict(
    neck=dict(necks=dict(attention=dict(head_channels=64))),
    cls_head=dict(num_classes=15, loss_cls=dict(activation='sigmoid')))
