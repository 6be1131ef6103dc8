"""Settings of ``_base_/default_runtime.py`` as a new-style config."""
from mmaction.visualization import ActionVisualizer
from mmengine.hooks import (DistSamplerSeedHook, IterTimerHook, LoggerHook,
                            ParamSchedulerHook, RuntimeInfoHook,
                            SyncBuffersHook)
from mmengine.runner import LogProcessor
from mmengine.visualization import LocalVisBackend

from projects_move.engine import (AtomicCheckpointHook, ClassCountsHook,
                                  FeatureChannelsHook, FeatureManifestHook,
                                  FiniteValuesHook, PriorUseHook,
                                  RankCheckHook, ResumedValidationHook,
                                  SeededDrawsHook, StopHook)

default_scope = 'mmaction'
default_hooks = dict(
    runtime_info=dict(type=RuntimeInfoHook),
    timer=dict(type=IterTimerHook),
    logger=dict(type=LoggerHook, interval=50, ignore_last=False),
    param_scheduler=dict(type=ParamSchedulerHook),
    checkpoint=dict(
        type=AtomicCheckpointHook,
        interval=5,
        max_keep_ckpts=2,
        save_best='long_tail/mAP',
        rule='greater'),
    sampler_seed=dict(type=DistSamplerSeedHook),
    sync_buffers=dict(type=SyncBuffersHook),
    class_counts=dict(type=ClassCountsHook),
    feature_channels=dict(type=FeatureChannelsHook),
    prior_use=dict(type=PriorUseHook),
    feature_manifest=dict(type=FeatureManifestHook),
    finite_values=dict(type=FiniteValuesHook),
    rank_check=dict(type=RankCheckHook),
    seeded_draws=dict(type=SeededDrawsHook),
    resumed_validation=dict(type=ResumedValidationHook),
    stop=dict(type=StopHook))

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    # seconds that a rank waits for the others
    dist_cfg=dict(backend='nccl', timeout=1800))
log_processor = dict(type=LogProcessor, window_size=50, by_epoch=True)
vis_backends = [dict(type=LocalVisBackend)]
visualizer = dict(type=ActionVisualizer, vis_backends=vis_backends)
log_level = 'INFO'
load_from = None
resume = False
