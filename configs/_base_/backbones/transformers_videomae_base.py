# VideoMAE weights of the Hugging Face hub, fine-tuned on Kinetics-400; clips
# of 16 frames
recognizer = dict(
    backbone=dict(
        type='transformers/MCG-NJU/videomae-base-finetuned-kinetics',
        config=dict(model_type='videomae'),
        pooling='head'),
    neck=dict(in_channels=768),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'))
preprocess = [
    dict(type='ResizeFrames', size=224, interpolation='bilinear'),
    dict(type='CenterCrop', crop_size=224)
]
