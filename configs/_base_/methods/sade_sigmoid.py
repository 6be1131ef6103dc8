# three experts (Zhang et al., "SADE", NeurIPS 2022), for several labels
_base_ = './sade.py'

model = dict(cls_head=dict(loss_cls=dict(use_sigmoid=True)))
