# MOVE in the formulation of the released code
_base_ = './baseline_agg.py'

formulation = 'official'
model = dict(
    neck=dict(formulation=formulation),
    cls_head=dict(
        type='MOVEHead',
        extrapolation=dict(alpha=2.0),
        interpolation=dict(alpha=1.0, gamma=0.5),
        formulation=formulation))
# to append to the training pipeline
views = [
    dict(
        type='DynamicFrameSampler',
        num_views=2,
        min_frames=3,
        formulation=formulation)
]
# the input batch norm of NetVLAD has no gradient in the official formulation
find_unused_parameters = True
