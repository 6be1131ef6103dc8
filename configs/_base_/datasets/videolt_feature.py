# labels/ and features/: layout in configs/videolt/README.md
_base_ = './feature.py'

loader = dict(batch_size=128, num_workers=8)
dataset = dict(
    type='VideoLTDataset',
    data_root='{{$VIDEOLT:data/videolt}}',
    data_prefix=dict(features='features'))
train_dataloader = dict(loader, dataset=dict(dataset, split='train'))
# validate.lst selects the best checkpoint. To select it on the test list, as
# the released code does, set val_dataloader.dataset.split=test.
val_dataloader = dict(loader, dataset=dict(dataset, split='val'))
test_dataloader = dict(loader, dataset=dict(dataset, split='test'))

val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=500, tail_max_inclusive=100))
test_evaluator = val_evaluator
