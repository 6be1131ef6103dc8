# CLIP's image encoder with OpenAI's weights, through timm: the class token
# before the projection. The weights were trained with QuickGELU.
recognizer = dict(
    backbone=dict(type='timm/vit_base_patch16_clip_quickgelu_224.openai'),
    neck=dict(in_channels=768),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[122.7709, 116.746, 104.0937],
        std=[68.5005, 66.6322, 70.3232],
        format_shape='NCHW'))
preprocess = [
    dict(type='ResizeFrames', size=248, interpolation='bicubic'),
    dict(type='CenterCropFrames', crop_size=224)
]
