# baseline: every frame is classified, the logits are averaged
model = dict(
    type='MOVERecognizer',
    backbone=dict(type='IdentityBackbone'),
    cls_head=dict(type='LongTailHead', num_classes=1004, in_channels=2048),
    data_preprocessor=dict(type='FeatureDataPreprocessor'))
