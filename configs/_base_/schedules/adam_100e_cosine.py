# the released recipe with a cosine to zero instead of the two steps
_base_ = './adam_100e.py'

param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        by_epoch=True,
        T_max=100,
        convert_to_iter_based=True)
]
