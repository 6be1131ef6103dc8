# your own features: lists, classes.txt and features/ below data_root
_base_ = './feature.py'

dataset = dict(
    type='LongTailDataset',
    classes='classes.txt',
    data_root='data/custom',
    data_prefix=dict(features='features'))
train_dataloader = dict(dataset=dict(dataset, ann_file='train.lst'))
val_dataloader = dict(dataset=dict(dataset, ann_file='val.lst'))
test_dataloader = dict(dataset=dict(dataset, ann_file='test.lst'))
# standardizes features of any scale
default_hooks = dict(feature_statistics=dict(type='FeatureStatisticsHook'))
