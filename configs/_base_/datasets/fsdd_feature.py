# the Free Spoken Digit Dataset as log-mel frames, one file for each clip
_base_ = './small_feature.py'

dataset = dict(
    data_root='{{$FSDD:data/fsdd}}', data_prefix=dict(features='feat'))
train_dataloader = dict(dataset=dict(dataset, ann_file='train_lt0.05.lst'))
val_dataloader = test_dataloader = dict(dataset=dataset)
