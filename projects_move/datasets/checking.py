"""Finding what is wrong with a data set before a training does."""
import os
from typing import List, Optional

import numpy as np

from projects_move.datasets.features.feature_file import (check_finite,
                                                          open_feature_file)


def feature_problem(path: str,
                    video: Optional[str] = None,
                    line: Optional[int] = None,
                    channels: Optional[int] = None) -> str:
    """What is wrong with a feature file, every frame read; empty if
    nothing."""
    try:
        features = open_feature_file(path, channels, video, line)
        check_finite(np.asarray(features), path, video, line)
    except (OSError, ValueError) as error:
        return str(error)
    return ''


def video_problem(path: str) -> str:
    """What is wrong with a raw video, judged by its first, middle and last
    frame (by all of them where decord is missing); empty if nothing."""
    if not os.path.isfile(path):
        return f'no video file {path}'
    if os.path.getsize(path) == 0:
        return f'video file {path} is empty'
    try:
        num_frames = _decode(path)
    except Exception as error:  # decoders raise whatever they like
        reason = str(error).strip().splitlines()
        return f'video file {path} does not decode: '\
            f'{reason[-1] if reason else type(error).__name__}'
    return '' if num_frames else f'video file {path} has no frames'


def _decode(path: str) -> int:
    """Headers may round their count of frames, hence the tenth."""
    import cv2
    capture = cv2.VideoCapture(path)
    try:
        if not capture.isOpened():
            raise ValueError('no reader knows its format')
        expected = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        num_frames = _decode_some(path) or _decode_all(capture)
    finally:
        capture.release()
    if num_frames < 0.9 * expected:
        raise ValueError(f'{num_frames} of its {expected} frames are there')
    return num_frames


def _decode_some(path: str) -> Optional[int]:
    """decord counts the frames that are there, whatever the header says."""
    try:
        import decord
    except ImportError:
        return None
    reader = decord.VideoReader(path, num_threads=1)
    for index in sorted({0, len(reader) // 2, len(reader) - 1}):
        reader[index]
    return len(reader)


def _decode_all(capture) -> int:
    """OpenCV seeks past the end of a cut file without a word, so every
    frame is decoded."""
    num_frames = 0
    while capture.grab():
        num_frames += 1
    return num_frames


def sample_problem(info: dict, channels: Optional[int] = None) -> str:
    """What is wrong with the file of a data info; empty if nothing."""
    if 'feature_path' in info:
        return feature_problem(info['feature_path'], info['video_id'],
                               info['line'], channels)
    problem = video_problem(info['filename'])
    return problem and f"{problem} (line {info['line']} of the list)"


def group_summary(class_counts: np.ndarray, head_min_exclusive: int,
                  tail_max_inclusive: int) -> List[str]:
    """A line a group: classes and videos in head, medium, tail and none."""
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
