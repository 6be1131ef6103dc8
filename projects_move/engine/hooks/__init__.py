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
from .sampled_counts_hook import SampledCountsHook

__all__ = [
    'ClassAPHook', 'ClassCountsHook', 'ClassMeanInitHook',
    'ClassifierRetrainingHook', 'DeferredReweightingHook',
    'FeatureChannelsHook', 'FeatureManifestHook', 'FeatureStatisticsHook',
    'FiniteValuesHook', 'LongTailPlotHook', 'PriorUseHook',
    'ProgressiveSamplingHook', 'RankCheckHook', 'ReportHook',
    'SampledCountsHook'
]
