# SSv2-LT, lists of tools/data/prepare_ssv2_lt.py
_base_ = './custom_feature.py'

dataset = dict(
    classes='labels/classes.txt',
    list_format='list',
    data_root='{{$SSV2_LT:data/ssv2_lt}}')
train_dataloader = dict(dataset=dict(dataset, ann_file='labels/train.lst'))
val_dataloader = dict(dataset=dict(dataset, ann_file='labels/val.lst'))
test_dataloader = dict(dataset=dict(dataset, ann_file='labels/test.lst'))

# LMR's and Gen2Balance's head, tail and few-shot are head, medium and few
val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=1144, tail_max_inclusive=20),
    few_max_inclusive=20)
test_evaluator = val_evaluator
