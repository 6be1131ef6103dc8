# labels/ and videos/ as configs/minikinetics/README.md lays them out
_base_ = './rgb.py'

data_root = '{{$MINIKINETICS:data/minikinetics}}'
imbalance_ratio = 0.01

train_dataloader = dict(
    num_workers=8,
    dataset=dict(
        _delete_=True,
        type='ImbalancedMiniKinetics',
        split='train',
        imbalance_ratio=imbalance_ratio,
        data_root=data_root,
        data_prefix=dict(video='videos/train'),
        pipeline=_base_.train_pipeline))
test_dataloader = dict(
    num_workers=8,
    dataset=dict(
        _delete_=True,
        type='ImbalancedMiniKinetics',
        split='test',
        test_mode=True,
        data_root=data_root,
        data_prefix=dict(video='videos/val'),
        pipeline=_base_.test_pipeline))

# The benchmark has no validation list: the test list is watched, and the
# checkpoint of the last epoch counts.
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))

val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=300, tail_max_inclusive=40))
test_evaluator = val_evaluator
