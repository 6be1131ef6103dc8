# class-balanced sampling of the released code: only the sampled label counts
train_dataloader = dict(
    sampler=dict(_delete_=True, type='ClassBalancedSampler'))
train_transforms = [dict(type='KeepSampledLabel')]
model = dict(cls_head=dict(loss_cls=dict(type='BinaryCrossEntropyLoss')))
