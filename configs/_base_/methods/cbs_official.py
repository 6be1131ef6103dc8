# class-balanced sampling of the released code, with the sampled label only
train_dataloader = dict(
    sampler=dict(_delete_=True, type='ClassBalancedSampler'))
train_transforms = [dict(type='KeepSampledLabel')]
model = dict(
    cls_head=dict(loss_cls=dict(_delete_=True, type='BinaryCrossEntropyLoss')))
