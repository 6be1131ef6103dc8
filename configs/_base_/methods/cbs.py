# class-balanced sampling
train_dataloader = dict(
    sampler=dict(_delete_=True, type='ClassBalancedSampler'))
