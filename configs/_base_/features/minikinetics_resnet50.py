_base_ = '../datasets/minikinetics_feature.py'

train_dataloader = dict(
    dataset=dict(data_prefix=dict(features='features/ResNet50/train')))
test_dataloader = dict(
    dataset=dict(data_prefix=dict(features='features/ResNet50/val')))
val_dataloader = test_dataloader
