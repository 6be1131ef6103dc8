_base_ = [
    '../_base_/models/move_paper.py', '../_base_/features/videolt_tsm.py',
    '../_base_/schedules/adam_100e.py'
]

train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_pipeline + _base_.views))
