"""Expected calibration error over the videos of all ranks."""
import logging
from typing import Dict, Tuple

import torch
from mmengine.dist import all_reduce
from mmengine.logging import print_log
from torch import Tensor

from projects_move import functional as F
from .distributed import list_positions
from .video_scores import VideoScores


def calibration_errors(local: VideoScores, size: int,
                       groups: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Calibration errors by name, ``ece`` and ``ece_GROUP``; none if a score
    of any rank is no probability.

    Args:
        local: Scores of this rank, without NaN.
        size: Number of videos in the list.
        groups: Bool masks ``(S,)`` of classes.
    """
    kept = len(list_positions(local.num_videos, size))
    labels = local.labels[local.labels[:, 0] < kept]
    per_video = torch.bincount(labels[:, 0], minlength=kept)
    found = torch.stack([(per_video > 1).any(), _leaves_unit_interval(local)])
    found = found.double()
    all_reduce(found)
    several_labels, no_probability = found.bool().tolist()
    if no_probability:
        print_log('no calibration error: some scores are not between 0 and 1',
                  'current', logging.WARNING)
        return {}
    names = ['ece', *(f'ece_{name}' for name in groups)]
    masks = [torch.ones(local.num_classes, dtype=torch.bool), *groups.values()]
    if several_labels:
        error = _error_by_class(local, labels, kept, size)
        errors = [error[mask].mean() for mask in masks]
    else:
        errors = _top_label_errors(local, per_video == 1, masks)
    return dict(zip(names, errors))


def _leaves_unit_interval(local: VideoScores) -> Tensor:
    limits = [each.aminmax() for each in local.scores if each.numel()]
    outside = [low < 0 or high > 1 for low, high in limits]
    return torch.tensor(any(outside))


def _error_by_class(local: VideoScores, labels: Tensor, kept: int,
                    size: int) -> Tensor:
    """Error of the scores of each class as probabilities of its label,
    float64 ``(S,)``."""
    video, label = labels.T
    counts = torch.bincount(label, minlength=local.num_classes).tolist()
    positives = video[label.argsort()].split(counts)  # of each class
    gaps = []
    for scores, videos in zip(local.columns(kept), positives):
        is_label = torch.zeros(kept, dtype=torch.bool)
        is_label[videos] = True
        gaps.append(F.calibration_gaps(torch.from_numpy(scores), is_label))
    total = torch.stack(gaps)  # (S, M)
    all_reduce(total)
    return F.expected_calibration_error(total,
                                        torch.tensor(size).expand(len(total)))


def _top_label_errors(local: VideoScores, labelled: Tensor,
                      masks: list) -> Tensor:
    """Error of the highest score of each labelled video, float64 ``(G,)``,
    for the videos whose predicted class is in each of G masks."""
    kept = len(labelled)
    score, predicted = (each[labelled] for each in _top_label(local, kept))
    correct = local.best_label_rank[:kept][labelled] == 0
    chosen = [mask[predicted] for mask in masks]  # each (N,)
    gaps = torch.stack(
        [F.calibration_gaps(score[each], correct[each]) for each in chosen])
    count = torch.stack([each.sum() for each in chosen]).double()
    for total in (gaps, count):
        all_reduce(total)
    return F.expected_calibration_error(gaps, count)


def _top_label(local: VideoScores, kept: int) -> Tuple[Tensor, Tensor]:
    """Highest score and its class of the first ``kept`` videos, ``(N,)``."""
    best = [each.max(0) for each in local.scores]
    score = torch.cat([each.values for each in best])
    predicted = torch.cat([each.indices for each in best])
    return score[:kept], predicted[:kept]
