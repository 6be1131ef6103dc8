# MOVE with plain mixup in place of calibrated interpolation
model = dict(cls_head=dict(interpolation=dict(calibrated=False)))
