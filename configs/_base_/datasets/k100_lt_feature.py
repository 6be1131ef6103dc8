# K100-LT, lists of tools/data/prepare_k100_lt.py
_base_ = './custom_feature.py'

dataset = dict(
    classes='labels/classes.txt',
    list_format='list',
    data_root='{{$K100_LT:data/k100_lt}}')
train_dataloader = dict(dataset=dict(dataset, ann_file='labels/train.lst'))
test_dataloader = dict(dataset=dict(dataset, ann_file='labels/test.lst'))
# no validation list: the checkpoint of the last epoch is tested
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))

# LMR's and Gen2Balance's head, tail and few-shot are head, medium and few
val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=401, tail_max_inclusive=19),
    few_max_inclusive=19)
test_evaluator = val_evaluator
