# sixteen British signs as landmarks, one file for each clip
_base_ = './small_feature.py'

dataset = dict(
    data_root='{{$BSL16:data/bsl16}}', data_prefix=dict(features='feat'))
train_dataloader = dict(dataset=dict(dataset, ann_file='train_lt0.01.lst'))
val_dataloader = test_dataloader = dict(dataset=dataset)
