# eight clips a video, each of 16 frames, one in 4
_base_ = './clips_8x8.py'

_clip = dict(type='SampleFrames', clip_len=16, frame_interval=4, num_clips=8)
train_clips = [_base_.train_clips[0], _clip, *_base_.train_clips[2:]]
test_clips = [
    _base_.test_clips[0],
    dict(test_mode=True, **_clip), *_base_.test_clips[2:]
]
