# MOVE with smaller aggregators, for few videos; the gradient of both reaches
# the backbone
_base_ = './move.py'

model = dict(
    neck=dict(
        necks=dict(
            attention=dict(head_channels=128),
            netvlad=dict(
                num_clusters=16, out_channels=256, detach_frames=False))))
