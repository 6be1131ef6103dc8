# labels/ and features/: layout in configs/minikinetics/README.md
_base_ = './feature.py'

loader = dict(batch_size=128, num_workers=8)
dataset = dict(
    type='ImbalancedMiniKinetics',
    data_root='{{$MINIKINETICS:data/minikinetics}}')
# the ratios of the paper are 0.01, 0.02, 0.05 and 0.1:
# --cfg-options train_dataloader.dataset.imbalance_ratio=0.05
train_dataloader = dict(
    loader,
    dataset=dict(
        dataset,
        split='train',
        imbalance_ratio=0.01,
        data_prefix=dict(features='features/train')))
test_dataloader = dict(
    loader,
    dataset=dict(
        dataset, split='test', data_prefix=dict(features='features/val')))

# The benchmark has no validation list: the log shows the metrics of the test
# list, and the checkpoint of the last epoch is tested. To select the best one
# on the test list, as the released code does, set
# default_hooks.checkpoint.save_best=long_tail/mAP.
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))

val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=300, tail_max_inclusive=40))
test_evaluator = val_evaluator
