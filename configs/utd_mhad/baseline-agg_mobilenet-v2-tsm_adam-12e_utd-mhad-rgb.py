_base_ = [
    '../_base_/models/baseline_agg_compact.py',
    '../_base_/backbones/mobilenet_v2_tsm.py',
    '../_base_/datasets/utd_mhad_rgb.py',
    '../_base_/schedules/adam_12e_finetune.py'
]

# the gradient of NetVLAD reaches the backbone
model = dict(
    _base_.recognizer,
    neck=dict(in_channels=1280, necks=dict(netvlad=dict(detach_frames=False))),
    cls_head=dict(num_classes=27))
