# three experts (Zhang et al., "SADE", NeurIPS 2022), for one label
model = dict(
    cls_head=dict(
        num_experts=3,
        loss_cls=dict(_delete_=True, type='ThreeExpertLoss', inverse_tau=2.0)))
