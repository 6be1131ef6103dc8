# ImageNet weights of timm
recognizer = dict(
    backbone=dict(type='timm/convnext_tiny.in12k_ft_in1k'),
    neck=dict(in_channels=768),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCHW'))
preprocess = [
    dict(type='ResizeFrames', size=235, interpolation='bicubic'),
    dict(type='CenterCropFrames', crop_size=224)
]
