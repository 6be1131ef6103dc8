# Framestack: half of each batch is stacked along time, by the average
# precision of its classes on the training set
model = dict(
    data_preprocessor=dict(
        blending=dict(type='FramestackBlending', ratio=0.5)),
    cls_head=dict(
        loss_cls=dict(_delete_=True, type='SigmoidFocalLoss', gamma=1.0),
        activation='sigmoid'))
default_hooks = dict(class_ap=dict(type='ClassAPHook', warmup_epochs=1))
