# MOVE, fine-tuned on eight frames of each video
_base_ = [
    '../../_base_/models/move_compact.py',
    '../../_base_/datasets/utd_mhad_rgb.py',
    '../../_base_/schedules/adam_12e_finetune.py'
]

model = dict(cls_head=dict(num_classes=27))
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
