# MOVE in the formulation of the paper's equations
_base_ = './move.py'

formulation = 'paper'
model = dict(
    neck=dict(
        formulation=formulation,
        necks=dict(attention=dict(out_channels=1024))),
    cls_head=dict(formulation=formulation))
views = [dict(type='DynamicFrameSampler', formulation=formulation)]
find_unused_parameters = False
