# twice the epochs of the short recipe, and a cosine to zero
train_cfg = dict(max_epochs=100, val_interval=50)
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        by_epoch=True,
        T_max=100,
        convert_to_iter_based=True)
]
