# classifier re-training (Kang et al., ICLR 2020), the second stage: needs the
# checkpoint of the first as load_from
train_dataloader = dict(
    sampler=dict(_delete_=True, type='ClassBalancedSampler'))
default_hooks = dict(
    retraining=dict(
        type='ClassifierRetrainingHook', trainable='cls_head.classifier'))
find_unused_parameters = True
