from .class_counts_hook import ClassCountsHook
from .feature_statistics_hook import FeatureStatisticsHook

__all__ = ['ClassCountsHook', 'FeatureStatisticsHook']
