# ImageNet weights in MMAction2's parameter names
weights = '{{$MOBILENET_V2:checkpoints/mobilenet_v2_imagenet.pth}}'
recognizer = dict(
    backbone=dict(type='MobileNetV2', pretrained=weights),
    neck=dict(in_channels=1280),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[127.0, 127.0, 127.0],
        std=[127.5, 127.5, 127.5],
        format_shape='NCHW'))
