# the baseline with smaller aggregators, for few videos
_base_ = './baseline_agg.py'

model = dict(
    neck=dict(
        necks=dict(
            attention=dict(head_channels=128),
            netvlad=dict(num_clusters=16, out_channels=256))))
