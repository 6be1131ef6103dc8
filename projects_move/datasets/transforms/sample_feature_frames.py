"""Choosing frames of cached features."""
from typing import Dict, Optional

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from projects_move.datasets.features.feature_file import check_finite
from projects_move.datasets.videos.frame_index import sample_frames

MODES = ('uniform', 'random', 'all')


@TRANSFORMS.register_module()
class SampleFeatureFrames(BaseTransform):
    """Reads the chosen frames of ``results['features']``.

    Args:
        num_frames: T, of the modes ``'random'`` and ``'uniform'``.
        mode: ``'random'``, sorted draws with replacement; ``'uniform'``,
            evenly spaced, both ends included; or ``'all'``.
        check_finite: Whether to refuse NaN and infinity.

    Added keys: ``imgs``, ``(T, C)``; ``frame_inds``; ``num_frames``.

    Raises:
        ValueError: For settings that do not go together, or for frames that
            are not finite, naming file and video.
    """

    def __init__(self,
                 num_frames: Optional[int] = None,
                 mode: str = 'random',
                 check_finite: bool = True) -> None:
        if mode not in MODES:
            raise ValueError(f'mode must be one of {MODES}, got {mode!r}')
        if (num_frames is None) != (mode == 'all'):
            raise ValueError("num_frames belongs to the modes 'random' and "
                             f"'uniform', got {num_frames} for {mode!r}")
        self.num_frames = num_frames
        self.mode = mode
        self.check_finite = check_finite

    def transform(self, results: Dict) -> Dict:
        features = results.pop('features')
        index = sample_frames(len(features), self.num_frames, self.mode)
        frames = np.ascontiguousarray(features[index])
        if self.check_finite:
            check_finite(frames, results.get('feature_path'),
                         results.get('video_id'), results.get('line'))
        results['imgs'] = frames
        results['frame_inds'] = index
        results['num_frames'] = len(index)
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_frames={self.num_frames}, '
                f'mode={self.mode!r}, check_finite={self.check_finite})')
