# verbs of EPIC-KITCHENS-100, lists of tools/data/prepare_epic_verbs.py
_base_ = './custom_feature.py'

dataset = dict(
    classes='labels/classes.txt',
    list_format='list',
    data_root='{{$EPIC_VERBS:data/epic_verbs}}')
train_dataloader = dict(dataset=dict(dataset, ann_file='labels/train.lst'))
test_dataloader = dict(dataset=dict(dataset, ann_file='labels/val.lst'))
# the results are those on the validation list: the checkpoint of the last
# epoch is tested
val_dataloader = test_dataloader
default_hooks = dict(checkpoint=dict(save_best=None))

# LMR's and Gen2Balance's head, tail and few-shot are head, medium and few
val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=4870, tail_max_inclusive=20),
    few_max_inclusive=20)
test_evaluator = val_evaluator
