# ImageNet weights of torchvision
recognizer = dict(
    backbone=dict(type='torchvision/swin_t'),
    neck=dict(in_channels=768),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCHW'))
preprocess = [
    dict(type='ResizeFrames', size=232, interpolation='bicubic'),
    dict(type='CenterCropFrames', crop_size=224)
]
