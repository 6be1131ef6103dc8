"""Opening the cached features of a video."""
from typing import Dict, Optional

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from projects_move.datasets.features.feature_file import open_feature_file


@TRANSFORMS.register_module()
class LoadFeatures(BaseTransform):
    """Maps ``results['feature_path']`` into memory; frames are read when
    they are sampled.

    Added keys: ``features``, ``(T, C)`` of the file's float type, and
    ``total_frames``.

    Args:
        channels: C, checked where given.
    """

    def __init__(self, channels: Optional[int] = None) -> None:
        self.channels = channels

    def transform(self, results: Dict) -> Dict:
        features = open_feature_file(results['feature_path'], self.channels,
                                     results.get('video_id'),
                                     results.get('line'))
        results['features'] = features
        results['total_frames'] = len(features)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(channels={self.channels})'
