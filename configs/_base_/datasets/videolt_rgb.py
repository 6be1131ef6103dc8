# labels/ and videos/: layout in configs/videolt/README.md
_base_ = './rgb.py'

train_pipeline = [
    *_base_.train_pipeline[:4],
    dict(
        type='MultiScaleCrop',
        input_size=224,
        scales=(1, 0.875, 0.75, 0.66),
        random_crop=False,
        max_wh_scale_gap=1,
        num_fixed_crops=13), *_base_.train_pipeline[5:]
]

dataset = dict(
    type='VideoLTDataset',
    data_root='{{$VIDEOLT:data/videolt}}',
    data_prefix=dict(video='videos'))
train_dataloader = dict(
    num_workers=8,
    dataset=dict(dataset, split='train', pipeline=train_pipeline))
val_dataloader = dict(num_workers=8, dataset=dict(dataset, split='val'))
test_dataloader = dict(num_workers=8, dataset=dict(dataset, split='test'))

val_evaluator = dict(
    groups=dict(_delete_=True, head_min_exclusive=500, tail_max_inclusive=100))
test_evaluator = val_evaluator
