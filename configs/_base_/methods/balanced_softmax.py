# balanced softmax (Ren et al., NeurIPS 2020): logit adjustment with tau 1
_base_ = './logit_adjustment.py'

model = dict(cls_head=dict(loss_cls=dict(tau=1.0)))
