# mixup of the head's inputs: aggregated features, or frames
model = dict(
    cls_head=dict(
        type='MOVEHead',
        extrapolation=None,
        interpolation=dict(alpha=1.0, calibrated=False)))
