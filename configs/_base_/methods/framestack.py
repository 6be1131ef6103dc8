# Framestack: half of each batch is stacked along time, by the average
# precision of its classes on the training set; focal loss
_base_ = './focal.py'

model = dict(
    data_preprocessor=dict(
        blending=dict(type='FramestackBlending', ratio=0.5)))
default_hooks = dict(class_ap=dict(type='ClassAPHook', warmup_epochs=1))
