# the baseline with both aggregators
_base_ = './baseline.py'

model = dict(
    neck=dict(
        type='ParallelNeck',
        in_channels=2048,
        formulation='official',
        necks=dict(
            attention=dict(type='PSANeck', num_heads=4, head_channels=512),
            netvlad=dict(
                type='NetVLADNeck', num_clusters=64, out_channels=1024))),
    cls_head=dict(in_channels=None))  # from the neck
