# temporal convolutions before the aggregators of cached features; a training
# and a test sample frames at the same rate
requires = {
    'aggregators': {
        'model.neck': 'ParallelNeck'
    },
    'cached features': {
        f'{split}_dataloader.dataset.pipeline.1': 'SampleFeatureFrames'
        for split in ('train', 'val', 'test')
    }
}
sampling = dict(num_frames=60, mode='segments')

# videos of different lengths cannot be blended
model = dict(
    data_preprocessor=dict(blending=None),
    neck=dict(encoder=dict(type='TemporalConvEncoder')))
train_dataloader = dict(
    dataset=dict(pipeline={'1': dict(sampling, mode='random_segments')}))
val_dataloader = dict(dataset=dict(pipeline={'1': sampling}))
test_dataloader = val_dataloader
