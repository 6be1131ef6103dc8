# Kinetics-400 weights of MMAction2's model zoo, trained end to end
weights = ('https://download.openmmlab.com/mmaction/v1.0/recognition/tsm/'
           'tsm_imagenet-pretrained-r50_8xb16-1x1x8-50e_kinetics400-rgb/'
           'tsm_imagenet-pretrained-r50_8xb16-1x1x8-50e_kinetics400-rgb_'
           '20220831-64d69186.pth')
recognizer = dict(
    backbone=dict(
        type='ResNetTSM',
        depth=50,
        num_segments=8,
        shift_div=8,
        norm_eval=False,
        pretrained2d=False,
        init_cfg=dict(
            type='Pretrained', checkpoint=weights, prefix='backbone.')),
    neck=dict(in_channels=2048),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCHW'))
