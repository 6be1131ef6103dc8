from .atomic_checkpoint_hook import AtomicCheckpointHook
from .class_ap_hook import ClassAPHook
from .class_counts_hook import ClassCountsHook
from .class_mean_init_hook import ClassMeanInitHook
from .classifier_retraining_hook import ClassifierRetrainingHook
from .deferred_reweighting_hook import DeferredReweightingHook
from .feature_channels_hook import FeatureChannelsHook
from .feature_manifest_hook import FeatureManifestHook
from .feature_statistics_hook import FeatureStatisticsHook
from .finite_values_hook import FiniteValuesHook
from .long_tail_plot_hook import LongTailPlotHook
from .prior_use_hook import PriorUseHook
from .progressive_sampling_hook import ProgressiveSamplingHook
from .rank_check_hook import RankCheckHook
from .report_hook import ReportHook
from .resumed_validation_hook import ResumedValidationHook
from .sampled_counts_hook import SampledCountsHook
from .seeded_draws_hook import SeededDrawsHook
from .stop_hook import StopHook

__all__ = [
    'AtomicCheckpointHook', 'ClassAPHook', 'ClassCountsHook',
    'ClassMeanInitHook', 'ClassifierRetrainingHook', 'DeferredReweightingHook',
    'FeatureChannelsHook', 'FeatureManifestHook', 'FeatureStatisticsHook',
    'FiniteValuesHook', 'LongTailPlotHook', 'PriorUseHook',
    'ProgressiveSamplingHook', 'RankCheckHook', 'ReportHook',
    'ResumedValidationHook', 'SampledCountsHook', 'SeededDrawsHook', 'StopHook'
]
