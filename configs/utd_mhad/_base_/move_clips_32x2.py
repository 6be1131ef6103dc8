# MOVE, fine-tuned on eight clips of each video, of 32 frames, every
# second frame
_base_ = './move_clips_8x8.py'

clip = dict(type='SampleFrames', clip_len=32, frame_interval=2, num_clips=8)
train_dataloader = dict(
    dataset=dict(pipeline=[dict(type='VideoInit'), clip, *_base_.train_steps]))
test_dataloader = dict(
    dataset=dict(pipeline=[
        dict(type='VideoInit'),
        dict(clip, test_mode=True), *_base_.test_steps
    ]))
val_dataloader = test_dataloader
