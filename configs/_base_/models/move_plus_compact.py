# MOVE+ with smaller aggregators, for few videos
_base_ = './move_plus.py'

model = dict(
    neck=dict(
        necks=dict(
            attention=dict(head_channels=128),
            netvlad=dict(num_clusters=16, out_channels=256))))
