_base_ = [
    '../_base_/models/baseline_agg.py', '../_base_/datasets/bsl16_feature.py',
    '../_base_/schedules/adam_50e.py'
]

model = dict(
    neck=dict(
        in_channels=234,
        necks=dict(
            attention=dict(head_channels=32),
            netvlad=dict(num_clusters=16, out_channels=128))),
    cls_head=dict(num_classes=16))
