# equalization loss
model = dict(
    cls_head=dict(
        loss_cls=dict(
            _delete_=True,
            type='EqualizationLoss',
            tail_max_inclusive=100,
            gamma=1.76e-3)))
