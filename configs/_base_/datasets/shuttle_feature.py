# badminton rallies as one frame for each stroke, with several labels
_base_ = './small_feature.py'

dataset = dict(
    data_root='{{$SHUTTLE:data/shuttle}}',
    data_prefix=dict(features='feat'),
    multi_class=True)
train_dataloader = dict(batch_size=128, dataset=dataset)
val_dataloader = dict(dataset=dict(dataset, ann_file='val.lst'))
test_dataloader = dict(dataset=dataset)
