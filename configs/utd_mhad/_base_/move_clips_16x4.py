# MOVE, fine-tuned on eight clips of each video, of 16 frames, every
# fourth frame
_base_ = './move_clips_8x8.py'

clip = dict(type='SampleFrames', clip_len=16, frame_interval=4, num_clips=8)
train_dataloader = dict(
    dataset=dict(pipeline=[dict(type='VideoInit'), clip, *_base_.train_steps]))
test_dataloader = dict(
    dataset=dict(pipeline=[
        dict(type='VideoInit'),
        dict(clip, test_mode=True), *_base_.test_steps
    ]))
val_dataloader = test_dataloader
