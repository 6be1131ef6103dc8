_base_ = [
    '../_base_/models/baseline_agg_compact.py',
    '../_base_/backbones/mobilenet_v2.py',
    '../_base_/datasets/utd_mhad_rgb.py',
    '../_base_/schedules/adam_12e_finetune.py'
]

model = dict(
    _base_.recognizer, freeze_backbone=True, cls_head=dict(num_classes=27))
