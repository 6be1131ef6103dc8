_base_ = '../../_base_/methods/ldam.py'

model = dict(cls_head=dict(loss_cls=dict(scale=1.0)))
