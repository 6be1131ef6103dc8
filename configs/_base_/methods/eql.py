# equalization loss
model = dict(
    cls_head=dict(
        loss_cls=dict(
            type='EqualizationLoss', tail_max_inclusive=100, gamma=1.76e-3)))
