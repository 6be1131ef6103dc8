# labels/ and features/ as configs/videolt/README.md lays them out
_base_ = './feature.py'

data_root = '{{$VIDEOLT:data/videolt}}'
features = 'features'

train_dataloader = dict(
    batch_size=128,
    num_workers=8,
    dataset=dict(
        _delete_=True,
        type='VideoLTDataset',
        split='train',
        data_root=data_root,
        data_prefix=dict(features=features),
        pipeline=_base_.train_pipeline))
# The best checkpoint is chosen on validate.lst. To choose it on the test
# list, as the released code does, set val_dataloader.dataset.split=test.
val_dataloader = dict(
    batch_size=128,
    num_workers=8,
    dataset=dict(
        _delete_=True,
        type='VideoLTDataset',
        split='val',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(features=features),
        pipeline=_base_.test_pipeline))
test_dataloader = dict(
    batch_size=128,
    num_workers=8,
    dataset=dict(
        _delete_=True,
        type='VideoLTDataset',
        split='test',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(features=features),
        pipeline=_base_.test_pipeline))

val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=500, tail_max_inclusive=100))
test_evaluator = val_evaluator
