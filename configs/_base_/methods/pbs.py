# progressively balanced sampling (Kang et al., ICLR 2020)
train_dataloader = dict(sampler=dict(_delete_=True, type='ProgressiveSampler'))
default_hooks = dict(progress=dict(type='ProgressiveSamplingHook'))
