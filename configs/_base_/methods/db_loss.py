# distribution-balanced loss (Wu et al., ECCV 2020)
model = dict(
    cls_head=dict(
        loss_cls=dict(
            _delete_=True,
            type='DistributionBalancedLoss',
            alpha=0.1,
            beta=10.0,
            mu=0.2,
            kappa=0.05,
            scale=2.0)))
