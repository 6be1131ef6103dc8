# logit adjustment and balanced softmax for several labels: a sigmoid, and the
# log odds of the prior
model = dict(
    cls_head=dict(
        loss_cls=dict(
            _delete_=True, type='LogitAdjustedLoss', tau=1.0,
            use_sigmoid=True)))
