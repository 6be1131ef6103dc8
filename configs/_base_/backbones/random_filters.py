# fixed random filters, where no weights are at hand
backbone = dict(type='RandomFilterNet', num_filters=256)
data_preprocessor = dict(
    type='ActionDataPreprocessor',
    mean=[127.5, 127.5, 127.5],
    std=[127.5, 127.5, 127.5],
    format_shape='NCHW')
