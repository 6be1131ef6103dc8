_base_ = [
    '../_base_/models/move_plus.py', '../_base_/features/videolt_resnet50.py',
    '../_base_/schedules/adam_100e_cosine.py'
]

model = dict(cls_head=dict(loss_cls=dict(activation='sigmoid')))
train_dataloader = dict(
    sampler=_base_.sampler,
    dataset=dict(pipeline=_base_.segments_train_pipeline + _base_.views))
val_dataloader = dict(dataset=dict(pipeline=_base_.segments_test_pipeline))
test_dataloader = val_dataloader
