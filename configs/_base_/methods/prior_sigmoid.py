# prior-shifted sigmoid; for several labels, set its activation to sigmoid
model = dict(
    cls_head=dict(
        loss_cls=dict(
            _delete_=True,
            type='PriorSigmoidLoss',
            tau=1.0,
            activation='softmax')))
