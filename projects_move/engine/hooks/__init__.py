from .class_ap_hook import ClassAPHook
from .class_counts_hook import ClassCountsHook
from .deferred_reweighting_hook import DeferredReweightingHook
from .feature_channels_hook import FeatureChannelsHook
from .feature_manifest_hook import FeatureManifestHook
from .feature_statistics_hook import FeatureStatisticsHook

__all__ = [
    'ClassAPHook', 'ClassCountsHook', 'DeferredReweightingHook',
    'FeatureChannelsHook', 'FeatureManifestHook', 'FeatureStatisticsHook'
]
