# eight clips a video, each of 32 frames, one in 2
_base_ = './clips_8x8.py'

_clip = dict(type='SampleFrames', clip_len=32, frame_interval=2, num_clips=8)
train_clips = [_base_.train_clips[0], _clip, *_base_.train_clips[2:]]
test_clips = [
    _base_.test_clips[0],
    dict(test_mode=True, **_clip), *_base_.test_clips[2:]
]
