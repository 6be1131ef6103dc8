_base_ = '../../_base_/methods/eql.py'

model = dict(cls_head=dict(loss_cls=dict(gamma=0.5)))
