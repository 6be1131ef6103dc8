# losses get the class counts of the sampler instead of those of the list
default_hooks = dict(sampled_counts=dict(type='SampledCountsHook'))
