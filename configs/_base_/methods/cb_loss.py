# class-balanced loss
model = dict(
    cls_head=dict(
        loss_cls=dict(_delete_=True, type='ClassBalancedLoss', beta=0.9999)))
