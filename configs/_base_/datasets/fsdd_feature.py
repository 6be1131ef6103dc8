# the Free Spoken Digit Dataset as log-mel frames, one file for each clip
_base_ = './custom_feature.py'

loader = dict(num_workers=0, persistent_workers=False)
dataset = dict(
    data_root='{{$FSDD:data/fsdd}}', data_prefix=dict(features='feat'))
train_dataloader = dict(
    loader, dataset=dict(dataset, ann_file='train_lt0.05.lst'))
test_dataloader = dict(
    loader, batch_size=100, dataset=dict(dataset, ann_file='test.lst'))
# no validation list: the checkpoint of the last epoch is tested
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(interval=50, save_best=None))
