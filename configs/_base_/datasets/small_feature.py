# feature files that are read in the process of the training; without a
# validation list the checkpoint of the last epoch is tested
_base_ = './custom_feature.py'

loader = dict(num_workers=0, persistent_workers=False)
train_dataloader = loader
test_dataloader = dict(
    loader, batch_size=100, dataset=dict(ann_file='test.lst'))
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(interval=50, save_best=None))
