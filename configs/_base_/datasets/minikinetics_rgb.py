# labels/ and videos/: layout in configs/minikinetics/README.md
_base_ = './rgb.py'

dataset = dict(
    type='ImbalancedMiniKinetics',
    data_root='{{$MINIKINETICS:data/minikinetics}}')
# ratios: see minikinetics_feature.py
train_dataloader = dict(
    num_workers=8,
    dataset=dict(
        dataset,
        split='train',
        imbalance_ratio=0.01,
        data_prefix=dict(video='videos/train')))
test_dataloader = dict(
    num_workers=8,
    dataset=dict(dataset, split='test', data_prefix=dict(video='videos/val')))

# The benchmark has no validation list: the log shows the metrics of the test
# list, and the checkpoint of the last epoch is tested.
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))

val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=300, tail_max_inclusive=40))
test_evaluator = val_evaluator
