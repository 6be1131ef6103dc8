# learnable weight scaling (Kang et al., ICLR 2020), the second stage: needs
# the checkpoint of the first as load_from
model = dict(cls_head=dict(classifier=dict(type='ScaledClassifier')))
train_dataloader = dict(
    sampler=dict(_delete_=True, type='ClassBalancedSampler'))
default_hooks = dict(
    retraining=dict(
        type='ClassifierRetrainingHook',
        trainable='cls_head.classifier.scale',
        reinitialize=False))
find_unused_parameters = True
