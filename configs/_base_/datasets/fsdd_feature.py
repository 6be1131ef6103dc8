# the Free Spoken Digit Dataset as log-mel frames, one feature file a clip
_base_ = './custom_feature.py'

data_root = '{{$FSDD:data/fsdd}}'
train_list = 'train_lt0.05.lst'
prefix = dict(features='feat')

train_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(ann_file=train_list, data_root=data_root, data_prefix=prefix))
test_dataloader = dict(
    batch_size=100,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(ann_file='test.lst', data_root=data_root, data_prefix=prefix))
# no validation list: the checkpoint of the last epoch counts
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(interval=50, save_best=None))
