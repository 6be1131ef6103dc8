from .batch_transform import BatchTransform, batch_form
from .center_crop_frames import CenterCropFrames
from .decode_video import VideoDecode, VideoInit
from .dynamic_frame_sampler import DynamicFrameSampler
from .keep_sampled_label import KeepSampledLabel
from .load_features import LoadFeatures
from .pack_feature_inputs import PackFeatureInputs
from .resize_frames import ResizeFrames
from .sample_feature_frames import SampleFeatureFrames
from .sample_video_frames import SampleVideoFrames

__all__ = [
    'BatchTransform', 'CenterCropFrames', 'DynamicFrameSampler',
    'KeepSampledLabel', 'LoadFeatures', 'PackFeatureInputs', 'ResizeFrames',
    'SampleFeatureFrames', 'LoadFeatures', 'PackFeatureInputs', 'ResizeFrames',
    'SampleFeatureFrames', 'SampleVideoFrames', 'VideoDecode', 'VideoInit',
    'batch_form'
]
