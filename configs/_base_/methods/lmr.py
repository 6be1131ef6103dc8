# long-tail mixed reconstruction (Perrett et al., CVPR 2023): half of the
# videos are mixed, each with a ratio of its own
model = dict(
    cls_head=dict(
        reconstruction=dict(
            largest=0.5, decay=1.0, epsilon=0.1, few_max_inclusive=20),
        interpolation=dict(alpha=1.0, calibrated=False, unmixed=0.5)))
