_base_ = '../../_base_/methods/cbs.py'

optim_wrapper = dict(optimizer=dict(lr=5e-4))
