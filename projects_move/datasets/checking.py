"""Checks of videos before training."""
from typing import List, Optional

import numpy as np

from projects_move.datasets.videos.video_checking import video_problem


def sample_problem(info: dict, max_frames: Optional[int] = None) -> str:
    """Problem of the video of a data info; empty if there is none.

    Args:
        max_frames: Number of frames to decode; None is all.
    """
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
