"""``fsdd/move_logmel_adam-50e_fsdd-feature.py`` as a new-style config."""
from mmengine.config import read_base
from mmengine.optim import MultiStepLR, OptimWrapper
from mmengine.runner import EpochBasedTrainLoop, TestLoop, ValLoop

from projects_move.engine import FusedAdam

with read_base():
    from .default_runtime import *  # noqa: F401, F403
    from .fsdd_feature import *  # noqa: F401, F403
    from .move import *  # noqa: F401, F403

model.update(  # noqa: F405
    neck=dict(
        in_channels=64,
        necks=dict(
            attention=dict(head_channels=32),
            netvlad=dict(num_clusters=16, out_channels=128))),
    cls_head=dict(num_classes=10))
train_dataloader.update(  # noqa: F405
    dataset=dict(pipeline=train_pipeline + views))  # noqa: F405
default_hooks.update(  # noqa: F405
    checkpoint=dict(interval=50, save_best=None),
    feature_statistics=feature_statistics)  # noqa: F405

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=50, val_interval=50)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)
optim_wrapper = dict(
    type=OptimWrapper, optimizer=dict(type=FusedAdam, lr=1e-3))
param_scheduler = [
    dict(type=MultiStepLR, by_epoch=True, milestones=[15, 30], gamma=0.1)
]
auto_scale_lr = dict(enable=False, base_batch_size=32)
