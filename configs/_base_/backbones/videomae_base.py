# VideoMAE weights of MMAction2's model zoo, fine-tuned on Kinetics-400; clips
# of 16 frames, every fourth frame
weights = ('https://download.openmmlab.com/mmaction/v1.0/recognition/'
           'videomae/vit-base-p16_videomae-k400-pre_16x4x1_kinetics-400_'
           '20221013-860a3cd3.pth')
recognizer = dict(
    backbone=dict(
        type='VisionTransformer',
        img_size=224,
        patch_size=16,
        embed_dims=768,
        depth=12,
        num_heads=12,
        mlp_ratio=4,
        qkv_bias=True,
        num_frames=16,
        norm_cfg=dict(type='LN', eps=1e-6),
        init_cfg=dict(
            type='Pretrained', checkpoint=weights, prefix='backbone.')),
    neck=dict(in_channels=768),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'))
