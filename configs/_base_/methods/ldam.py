# label-distribution-aware margins, re-weighted in the second half
model = dict(
    cls_head=dict(
        loss_cls=dict(
            _delete_=True, type='LDAMLoss', max_margin=0.5, scale=30.0)))
default_hooks = dict(
    reweighting=dict(type='DeferredReweightingHook', start=0.5, beta=0.9999))
