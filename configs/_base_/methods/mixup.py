# mixup of the inputs of the head: aggregated features, or frames
model = dict(
    cls_head=dict(
        type='MOVEHead',
        extrapolation=None,
        interpolation=dict(alpha=1.0, calibrated=False)))
