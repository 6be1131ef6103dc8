# long runs on small data: Adam 1e-3, a cosine to zero
_base_ = './adam_100e_cosine.py'

train_cfg = dict(val_interval=50)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
auto_scale_lr = dict(base_batch_size=32)
