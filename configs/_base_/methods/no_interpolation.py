# MOVE that extrapolates only
model = dict(cls_head=dict(interpolation=None))
