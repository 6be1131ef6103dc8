# Kinetics-400 weights of MMAction2's model zoo; clips of 16
# frames, every fourth frame
weights = ('https://download.openmmlab.com/mmaction/v1.0/recognition/'
           'mvit/mvit-small-p244_32xb16-16x4x1-200e_kinetics400-rgb/'
           'mvit-small-p244_32xb16-16x4x1-200e_kinetics400-rgb_'
           '20230201-23284ff3.pth')
recognizer = dict(
    backbone=dict(
        type='MViT',
        arch='small',
        drop_path_rate=0.2,
        init_cfg=dict(
            type='Pretrained', checkpoint=weights, prefix='backbone.')),
    neck=dict(in_channels=768),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[114.75, 114.75, 114.75],
        std=[57.375, 57.375, 57.375],
        format_shape='NCTHW'))
