# class-balanced loss
model = dict(
    cls_head=dict(loss_cls=dict(type='ClassBalancedLoss', beta=0.9999)))
