# loaders and evaluators of features and raw videos
_base_ = '../default_runtime.py'

train_dataloader = dict(
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True))
test_dataloader = dict(
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(test_mode=True))
val_dataloader = test_dataloader
val_evaluator = dict(type='LongTailMetric', groups='thirds')
test_evaluator = val_evaluator
