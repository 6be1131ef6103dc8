# your own features: lists, classes.txt and features/ below data_root
_base_ = './feature.py'

# features of any scale
default_hooks = dict(feature_statistics=dict(type='FeatureStatisticsHook'))
