"""Checks of feature files and videos before training."""
import os
from typing import List, Optional

import numpy as np

from projects_move.datasets.features.feature_file import (check_finite,
                                                          open_feature_file)


def feature_problem(path: str,
                    video: Optional[str] = None,
                    line: Optional[int] = None,
                    channels: Optional[int] = None) -> str:
    """Problem of a feature file, all frames of which are read; empty if there
    is none."""
    try:
        features = open_feature_file(path, channels, video, line)
        check_finite(np.asarray(features), path, video, line)
    except (OSError, ValueError) as error:
        return str(error)
    return ''


def video_problem(path: str) -> str:
    """Problem of a raw video; empty if there is none.

    decord decodes the first, middle and last frame; without decord, OpenCV
    decodes all frames.
    """
    if not os.path.isfile(path):
        return f'no video file {path}'
    if os.path.getsize(path) == 0:
        return f'video file {path} is empty'
    try:
        num_frames = _count_frames(path)
    except Exception as error:  # decoders raise errors of any type
        reason = str(error).strip().splitlines()
        return (f'video file {path} cannot be decoded: '
                f'{reason[-1] if reason else type(error).__name__}')
    return '' if num_frames else f'video file {path} has no frames'


def _count_frames(path: str) -> int:
    """Number of frames of a video.

    Raises:
        ValueError: For less than 0.9 of the number in the header, which may
            be rounded.
    """
    import cv2
    capture = cv2.VideoCapture(path)
    try:
        if not capture.isOpened():
            raise ValueError('unknown format')
        expected = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        num_frames = _decode_by_decord(path) or _decode_by_opencv(capture)
    finally:
        capture.release()
    if num_frames < 0.9 * expected:
        raise ValueError(f'expected {expected} frames, got {num_frames}')
    return num_frames


def _decode_by_decord(path: str) -> Optional[int]:
    """Number of frames by decord, which does not use the number in the
    header; None without decord."""
    try:
        import decord
    except ImportError:
        return None
    reader = decord.VideoReader(path, num_threads=1)
    for index in sorted({0, len(reader) // 2, len(reader) - 1}):
        reader[index]
    return len(reader)


def _decode_by_opencv(capture) -> int:
    """Number of frames that OpenCV decodes one by one, as it reports no error
    for a seek beyond the end of a truncated file."""
    num_frames = 0
    while capture.grab():
        num_frames += 1
    return num_frames


def sample_problem(info: dict, channels: Optional[int] = None) -> str:
    """Problem of the file of a data info; empty if there is none."""
    if 'feature_path' in info:
        return feature_problem(info['feature_path'], info['video_id'],
                               info['line'], channels)
    problem = video_problem(info['filename'])
    return problem and f"{problem} (line {info['line']} of the list)"


def group_summary(class_counts: np.ndarray, head_min_exclusive: int,
                  tail_max_inclusive: int) -> List[str]:
    """Numbers of classes and labels of head, medium, tail and empty classes,
    one line for each group."""
    counts = np.asarray(class_counts)
    groups = dict(
        head=counts > head_min_exclusive,
        medium=(counts <= head_min_exclusive) & (counts > tail_max_inclusive),
        tail=(counts <= tail_max_inclusive) & (counts > 0),
        empty=counts == 0)
    return [
        f'{name:>6}: {int(members.sum()):>6} classes, '
        f'{int(counts[members].sum()):>9} labels'
        for name, members in groups.items()
    ]
