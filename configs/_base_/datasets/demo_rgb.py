# videos rendered by tools/data/make_demo.py
_base_ = './custom_rgb.py'

decode = [
    dict(type='VideoDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]
train_pipeline = [
    dict(type='VideoInit'),
    dict(type='SampleVideoFrames', num_frames=16, mode='random'), *decode
]
test_pipeline = [
    dict(type='VideoInit'),
    dict(type='SampleVideoFrames', num_frames=32, mode='uniform'), *decode
]

loader = dict(batch_size=32, num_workers=2)
dataset = dict(multi_class=True, data_root='{{$DEMO:data/demo}}')
train_dataloader = dict(loader, dataset=dict(dataset, pipeline=train_pipeline))
test_dataloader = dict(loader, dataset=dict(dataset, pipeline=test_pipeline))
val_dataloader = test_dataloader
