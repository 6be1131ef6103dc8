# MOVE+ for one label: also the class prior in the loss, square-root sampling
# and larger views of rare classes
_base_ = './move_plus_multilabel.py'

model = dict(
    cls_head=dict(
        interpolation=dict(calibrated=False),
        loss_cls=dict(type='PriorSigmoidLoss', tau=1.0, activation='softmax')))
sampler = dict(_delete_=True, type='SquareRootSampler')
views = [dict(_base_.views[0], min_frames=10)]
