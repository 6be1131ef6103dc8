# focal loss
model = dict(
    cls_head=dict(
        loss_cls=dict(_delete_=True, type='SigmoidFocalLoss', gamma=1.0)))
