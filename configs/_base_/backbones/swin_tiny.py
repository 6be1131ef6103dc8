# Kinetics-400 weights of MMAction2's model zoo; clips of 32
# frames, every second frame
weights = ('https://download.openmmlab.com/mmaction/v1.0/recognition/'
           'swin/swin-tiny-p244-w877_in1k-pre_8xb8-amp-32x2x1-30e_'
           'kinetics400-rgb/'
           'swin-tiny-p244-w877_in1k-pre_8xb8-amp-32x2x1-30e_'
           'kinetics400-rgb_20220930-241016b2.pth')
recognizer = dict(
    backbone=dict(
        type='SwinTransformer3D',
        arch='tiny',
        pretrained=None,
        pretrained2d=False,
        patch_size=(2, 4, 4),
        window_size=(8, 7, 7),
        drop_path_rate=0.1,
        init_cfg=dict(
            type='Pretrained', checkpoint=weights, prefix='backbone.')),
    neck=dict(in_channels=768),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'))
