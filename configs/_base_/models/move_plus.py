# MOVE+: MOVE with temporal context, the class prior in the loss and
# square-root sampling; for several labels, set activation to sigmoid
_base_ = './move.py'

model = dict(
    neck=dict(encoder=dict(type='TemporalConvEncoder')),
    cls_head=dict(
        interpolation=dict(calibrated=False),
        loss_cls=dict(type='PriorSigmoidLoss', tau=1.0),
        activation='softmax'))
sampler = dict(_delete_=True, type='SquareRootSampler')
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
