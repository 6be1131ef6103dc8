# fixed random filters, which need no weights
recognizer = dict(
    backbone=dict(type='RandomFilterNet', num_filters=256),
    neck=dict(in_channels=512),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        format_shape='NCHW'))
