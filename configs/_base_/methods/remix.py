# Remix (Chou et al., ECCV workshops 2020), for one label
model = dict(
    cls_head=dict(
        interpolation=dict(
            alpha=1.0, calibrated=False, remix=dict(kappa=3.0, tau=0.5))))
