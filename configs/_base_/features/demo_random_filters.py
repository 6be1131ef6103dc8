_base_ = '../datasets/demo_feature.py'

loader = dict(
    dataset=dict(data_prefix=dict(features='features/random-filters')))
train_dataloader = val_dataloader = test_dataloader = loader
