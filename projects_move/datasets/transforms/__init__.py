from .dynamic_frame_sampler import DynamicFrameSampler
from .ignore_other_labels import IgnoreOtherLabels
from .load_features import LoadFeatures
from .sample_feature_frames import SampleFeatureFrames
from .sample_video_frames import SampleVideoFrames

__all__ = [
    'DynamicFrameSampler', 'IgnoreOtherLabels', 'LoadFeatures',
    'SampleFeatureFrames', 'SampleVideoFrames'
]
