# Kinetics-400 weights of MMAction2's model zoo; clips of 16
# frames, every fifth frame
weights = ('https://download.openmmlab.com/mmaction/v1.0/recognition/'
           'x3d/facebook/'
           'x3d_m_16x5x1_facebook-kinetics400-rgb_20201027-3f42382a.pth')
recognizer = dict(
    # set on the recognizer, because X3D has no init_cfg
    init_cfg=dict(type='Pretrained', checkpoint=weights),
    backbone=dict(type='X3D', gamma_w=1, gamma_b=2.25, gamma_d=2.2),
    neck=dict(in_channels=432),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[114.75, 114.75, 114.75],
        std=[57.38, 57.38, 57.38],
        format_shape='NCTHW'))
