# MOVE+ for several labels: MOVE with temporal context
_base_ = './move.py'

model = dict(neck=dict(encoder=dict(type='TemporalConvEncoder')))
# the pipelines of cached features: all frames of short videos, at one rate in
# training and test, in their order
segments_train_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=60, mode='random_segments'),
    dict(type='PackFeatureInputs')
]
segments_test_pipeline = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=60, mode='segments'),
    dict(type='PackFeatureInputs')
]
