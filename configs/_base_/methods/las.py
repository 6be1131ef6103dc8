# label-aware smoothing (Zhong et al., CVPR 2021), for one label
model = dict(
    cls_head=dict(
        loss_cls=dict(
            _delete_=True, type='LabelAwareSmoothingLoss', head=0.4,
            tail=0.1)))
