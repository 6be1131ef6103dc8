# Kinetics-400 weights of MMAction2's model zoo; clips of 32
# frames, every second frame; 2304 channels: 2048 of the slow pathway, 256 of
# the fast pathway
weights = ('https://download.openmmlab.com/mmaction/v1.0/recognition/'
           'slowfast/slowfast_r50_8xb8-4x16x1-256e_kinetics400-rgb/'
           'slowfast_r50_8xb8-4x16x1-256e_kinetics400-rgb_'
           '20220901-701b0f6f.pth')
pathway = dict(
    type='resnet3d',
    depth=50,
    pretrained=None,
    conv1_stride_t=1,
    pool1_stride_t=1,
    norm_eval=False)
recognizer = dict(
    # set on the recognizer, because ResNet3dSlowFast ignores its init_cfg
    init_cfg=dict(type='Pretrained', checkpoint=weights),
    backbone=dict(
        type='ResNet3dSlowFast',
        pretrained=None,
        resample_rate=8,
        speed_ratio=8,
        channel_ratio=8,
        slow_pathway=dict(
            lateral=True,
            conv1_kernel=(1, 7, 7),
            dilations=(1, 1, 1, 1),
            inflate=(0, 0, 1, 1),
            **pathway),
        fast_pathway=dict(
            lateral=False, base_channels=8, conv1_kernel=(5, 7, 7),
            **pathway)),
    neck=dict(in_channels=2304),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'))
