_base_ = '../datasets/videolt_feature.py'

features = 'features/ResNet101-feature'
train_dataloader = dict(dataset=dict(data_prefix=dict(features=features)))
val_dataloader = dict(dataset=dict(data_prefix=dict(features=features)))
test_dataloader = dict(dataset=dict(data_prefix=dict(features=features)))
