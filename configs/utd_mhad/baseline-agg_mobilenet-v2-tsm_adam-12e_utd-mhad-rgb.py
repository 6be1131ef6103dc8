_base_ = [
    '../_base_/models/baseline_agg.py',
    '../_base_/backbones/mobilenet_v2_tsm.py',
    '../_base_/datasets/utd_mhad_rgb.py',
    '../_base_/schedules/adam_12e_finetune.py'
]

model = dict(
    backbone=_base_.backbone,
    neck=dict(
        in_channels=1280,
        necks=dict(
            attention=dict(head_channels=128),
            netvlad=dict(
                num_clusters=16, out_channels=256, detach_frames=False))),
    cls_head=dict(num_classes=27),
    data_preprocessor=_base_.data_preprocessor)
