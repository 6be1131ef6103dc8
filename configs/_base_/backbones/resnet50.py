# ImageNet weights of torchvision
weights = 'https://download.pytorch.org/models/resnet50-11ad3fa6.pth'
recognizer = dict(
    backbone=dict(
        type='ResNet', depth=50, pretrained=weights, norm_eval=False),
    neck=dict(in_channels=2048),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCHW'))
