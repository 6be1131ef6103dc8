# Kinetics-400 weights of MMAction2's model zoo; clips of 8
# frames, every eighth frame
weights = ('https://download.openmmlab.com/mmaction/v1.0/recognition/'
           'slowonly/slowonly_r50_8xb16-8x8x1-256e_kinetics400-rgb/'
           'slowonly_r50_8xb16-8x8x1-256e_kinetics400-rgb_'
           '20220901-2132fc87.pth')
recognizer = dict(
    # set on the recognizer, because ResNet3dSlowOnly ignores its init_cfg
    init_cfg=dict(type='Pretrained', checkpoint=weights),
    backbone=dict(
        type='ResNet3dSlowOnly',
        depth=50,
        pretrained=None,
        lateral=False,
        conv1_kernel=(1, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        inflate=(0, 0, 1, 1),
        norm_eval=False),
    neck=dict(in_channels=2048),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'))
