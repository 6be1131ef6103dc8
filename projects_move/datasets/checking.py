"""Checks of feature files and videos before training."""
from typing import List, Optional

import numpy as np

from projects_move.datasets.features.feature_checking import feature_problem
from projects_move.datasets.videos.video_checking import video_problem


def sample_problem(info: dict,
                   channels: Optional[int] = None,
                   max_frames: Optional[int] = None) -> str:
    """Problem of the file of a data info; empty if there is none.

    Args:
        channels: Expected channels of features.
        max_frames: Number of frames of a raw video to decode; None is all.
    """
    if 'feature_path' in info:
        return feature_problem(info['feature_path'], info['video_id'],
                               info['line'], channels)
    problem = video_problem(info['filename'], max_frames)
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
