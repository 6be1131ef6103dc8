# MOVE with extrapolation only
model = dict(cls_head=dict(interpolation=None))
