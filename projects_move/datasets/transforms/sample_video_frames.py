"""Sampling of frames of a raw video, by the same rule as for features."""
from typing import Dict, Optional

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from projects_move.datasets.videos.frame_index import (RANDOM_MODES,
                                                       draw_positions,
                                                       even_frame_indices,
                                                       frame_indices)
from projects_move.errors import InputError

MODES = ('uniform', *RANDOM_MODES, 'segments', 'fps', 'all')
MAX_FRAMES = 10**6  # in the mode 'fps', 11 days at 1 frame a second


@TRANSFORMS.register_module()
class SampleVideoFrames(BaseTransform):
    """Sample frames or clips of a raw video, between its ``*Init`` and
    ``*Decode`` transforms.

    All modes but ``'fps'`` sample the same frames as ``SampleFeatureFrames``.
    The mode ``'fps'`` samples the frames that are shown at 0, 1 / fps,
    2 / fps, ... seconds, by the time stamps of ``VideoInit``, or by the
    average rate if another reader opened the video. With ``clip_len`` above
    1, each sampled frame is the centre of a clip. A clip that extends beyond
    the video repeats its first or last frame.

    Args:
        num_frames: Number of frames or clips of every mode but ``'fps'`` and
            ``'all'``. The segments of a shorter video are its frames, so
            that a batch needs videos of equal lengths.
        mode: ``'uniform'``, ``'random'``, ``'random_segments'``,
            ``'segments'``, ``'fps'`` or ``'all'``.
        fps: Frames or clips per second of video in the mode ``'fps'``.
        clip_len: Number of frames of a clip.
        frame_interval: Distance between the frames of a clip.

    Added keys: ``frame_inds``, ``num_clips``, ``clip_len``,
    ``frame_interval``.

    Raises:
        ValueError: For settings that do not fit the mode.
        InputError: For a video without frames or, in the mode ``'fps'``,
            without frame rate.
    """

    def __init__(self,
                 num_frames: Optional[int] = None,
                 mode: str = 'uniform',
                 fps: Optional[float] = None,
                 clip_len: int = 1,
                 frame_interval: int = 1) -> None:
        if mode not in MODES:
            raise ValueError(f'mode must be one of {MODES}, got {mode!r}')
        if (num_frames is None) != (mode in ('fps', 'all')):
            raise ValueError("expected num_frames for every mode but 'fps' "
                             f"and 'all', got {num_frames} for {mode!r}")
        if num_frames is not None and num_frames < 1:
            raise ValueError(
                f'num_frames must be at least 1, got {num_frames}')
        if fps is not None and not 0 < fps < float('inf'):
            raise ValueError(f'fps must be above 0, got {fps}')
        if (fps is not None) != (mode == 'fps'):
            raise ValueError("expected fps for the mode 'fps' only, got "
                             f'{fps} for {mode!r}')
        self.num_frames = num_frames
        self.mode = mode
        self.fps = fps
        self.clip_len = clip_len
        self.frame_interval = frame_interval

    def transform(self, results: Dict) -> Dict:
        total = results['total_frames']
        if total < 1:
            raise InputError(f"video {results.get('filename')} has no frames")
        if self.mode == 'fps':
            times = _frame_times(results)
            count = times[-1] * self.fps
            if count > max(MAX_FRAMES, 2 * total):
                raise InputError(
                    f"video {results.get('filename')}: its {total} frames "
                    f'last {times[-1]:.6g} s by their time stamps, which is '
                    f'{count:.3g} frames at fps={self.fps}')
            index = even_frame_indices(times, self.fps)
        else:
            positions = None
            if self.mode in RANDOM_MODES:
                positions = draw_positions(self.num_frames, mode=self.mode)
            index = frame_indices(total, self.num_frames, self.mode, positions)
        offset = np.arange(self.clip_len) - (self.clip_len - 1) // 2
        clips = index[:, None] + offset * self.frame_interval  # (T, clip_len)
        clips = clips.clip(0, total - 1).flatten()
        results['frame_inds'] = clips + results.get('start_index', 0)
        results['num_clips'] = len(index)
        results['clip_len'] = self.clip_len
        results['frame_interval'] = self.frame_interval
        return results

    def __repr__(self) -> str:
        clip = '' if self.clip_len == 1 else (
            f', clip_len={self.clip_len}, '
            f'frame_interval={self.frame_interval}')
        return (f'{type(self).__name__}(num_frames={self.num_frames}, '
                f'mode={self.mode!r}, fps={self.fps}{clip})')


def _frame_times(results: Dict) -> np.ndarray:
    """Seconds of each frame after the first ``(T,)``."""
    rate, total = results.get('avg_fps'), results['total_frames']
    if not rate and total > 1:
        raise InputError(
            f"video {results.get('filename')} has no frame rate; that of "
            'folders of frames is VideoInit(frame_rate=...), or --frame-rate '
            'of extract_features.py')
    if 'frame_times' in results:
        return results['frame_times']
    return np.arange(total) / (rate or 1)
