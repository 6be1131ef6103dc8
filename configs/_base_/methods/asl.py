# asymmetric loss (Ridnik et al., ICCV 2021)
model = dict(
    cls_head=dict(
        loss_cls=dict(
            _delete_=True,
            type='AsymmetricLoss',
            gamma_positive=0.0,
            gamma_negative=4.0,
            margin=0.05)))
