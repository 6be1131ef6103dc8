# focal loss
model = dict(cls_head=dict(loss_cls=dict(type='SigmoidFocalLoss', gamma=1.0)))
