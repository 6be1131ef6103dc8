# temporal convolutions before the aggregators of cached features; a training
# and a test sample frames at the same rate
sampling = dict(num_frames=60, mode='segments')

model = dict(neck=dict(encoder=dict(type='TemporalConvEncoder')))
train_dataloader = dict(
    dataset=dict(pipeline={'1': dict(sampling, mode='random_segments')}))
val_dataloader = dict(dataset=dict(pipeline={'1': sampling}))
test_dataloader = val_dataloader
