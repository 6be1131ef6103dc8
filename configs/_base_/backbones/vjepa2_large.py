# V-JEPA 2 weights of the Hugging Face hub, not fine-tuned, so the features
# are the mean of all tokens; clips of any even number of frames
recognizer = dict(
    backbone=dict(
        type='transformers/facebook/vjepa2-vitl-fpc64-256',
        config=dict(model_type='vjepa2'),
        pooling='mean'),
    neck=dict(in_channels=1024),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'))
preprocess = [
    dict(type='ResizeFrames', size=292, interpolation='bilinear'),
    dict(type='CenterCrop', crop_size=256)
]
