# MOVE, fine-tuned on eight clips of each video, of 8 frames, every
# eighth frame; a clip of a 3D backbone counts as a frame
_base_ = './move_frames.py'

clip = dict(type='SampleFrames', clip_len=8, frame_interval=8, num_clips=8)
pack = [
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
]
train_steps = [
    dict(type='VideoDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5), *pack, *_base_.views
]
test_steps = [
    dict(type='VideoDecode'),
    dict(type='Resize', scale=(-1, 224)),
    dict(type='CenterCrop', crop_size=224), *pack
]
train_dataloader = dict(
    batch_size=8,
    dataset=dict(pipeline=[dict(type='VideoInit'), clip, *train_steps]))
test_dataloader = dict(
    batch_size=8,
    dataset=dict(pipeline=[
        dict(type='VideoInit'),
        dict(clip, test_mode=True), *test_steps
    ]))
val_dataloader = test_dataloader
