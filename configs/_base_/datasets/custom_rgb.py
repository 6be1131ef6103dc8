# your own videos: lists, classes.txt and videos/ below data_root
_base_ = './rgb.py'

dataset = dict(
    type='LongTailDataset',
    classes='classes.txt',
    data_root='data/custom',
    data_prefix=dict(video='videos'))
train_dataloader = dict(dataset=dict(dataset, ann_file='train.lst'))
val_dataloader = dict(dataset=dict(dataset, ann_file='val.lst'))
test_dataloader = dict(dataset=dict(dataset, ann_file='test.lst'))
