_base_ = '../datasets/minikinetics_feature.py'

train_features = 'features/ResNet50/train'
val_features = 'features/ResNet50/val'
train_dataloader = dict(
    dataset=dict(data_prefix=dict(features=train_features)))
val_dataloader = dict(dataset=dict(data_prefix=dict(features=val_features)))
test_dataloader = dict(dataset=dict(data_prefix=dict(features=val_features)))
