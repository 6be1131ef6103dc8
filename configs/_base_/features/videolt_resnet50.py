_base_ = '../datasets/videolt_feature.py'

loader = dict(
    dataset=dict(data_prefix=dict(features='features/ResNet50-feature')))
train_dataloader = val_dataloader = test_dataloader = loader
