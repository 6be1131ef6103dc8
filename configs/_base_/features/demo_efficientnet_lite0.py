_base_ = '../datasets/demo_feature.py'

loader = dict(
    dataset=dict(data_prefix=dict(features='features/efficientnet-lite0')))
train_dataloader = val_dataloader = test_dataloader = loader
