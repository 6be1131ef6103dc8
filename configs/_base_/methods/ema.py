# exponential moving average of the weights, which tests and checkpoints use
default_hooks = dict(
    ema=dict(
        type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.01))
