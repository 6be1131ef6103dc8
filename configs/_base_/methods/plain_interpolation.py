# MOVE with plain mixup instead of calibrated interpolation
model = dict(cls_head=dict(interpolation=dict(calibrated=False)))
