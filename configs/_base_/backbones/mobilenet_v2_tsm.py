_base_ = './mobilenet_v2.py'

recognizer = dict(
    backbone=dict(
        type='MobileNetV2TSM', num_segments=8, shift_div=8, pretrained2d=True))
