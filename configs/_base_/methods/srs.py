# square-root sampling
train_dataloader = dict(sampler=dict(_delete_=True, type='SquareRootSampler'))
