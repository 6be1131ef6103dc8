# logit adjustment in the training (Menon et al., ICLR 2021), for one label
model = dict(
    cls_head=dict(
        loss_cls=dict(_delete_=True, type='LogitAdjustedLoss', tau=1.0)))
