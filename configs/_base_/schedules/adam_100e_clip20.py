# the released recipe of the baselines
_base_ = './adam_100e.py'

optim_wrapper = dict(clip_grad=dict(max_norm=20))
