# MOVE by the equations of the paper
_base_ = './move.py'

formulation = 'paper'
model = dict(
    neck=dict(
        formulation=formulation,
        necks=dict(attention=dict(out_channels=1024))),
    cls_head=dict(in_channels=2048, formulation=formulation))
views = [dict(type='DynamicFrameSampler', formulation=formulation)]
find_unused_parameters = False
