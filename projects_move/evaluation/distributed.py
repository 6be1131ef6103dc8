"""Average precision and accuracy over the videos of all ranks.

Rank i modulo the number of ranks tests video i of the list, and keeps its
scores. Only the scores of positive videos are gathered. The numbers of videos
that rank higher, and of correct videos, are summed over the ranks.
"""
from typing import Dict, NamedTuple, Optional, Sequence

import numpy as np
import torch
from mmengine.dist import (all_gather_object, all_reduce, get_rank,
                           get_world_size)
from torch import Tensor

from projects_move import functional as F
from projects_move.errors import InputError
from .video_scores import VideoScores


class CorrectCounts(NamedTuple):
    """Numbers of test videos and of correct videos, over all ranks.

    Attributes:
        videos: Number of test videos of each class, ``(S,)``.
        by_class: Number of correct videos of each class, ``(S,)``, by k.
        total: Number of correct videos, by k.
    """
    videos: Tensor
    by_class: Dict[int, Tensor]
    total: Dict[int, Tensor]


def list_positions(count: int, size: int) -> np.ndarray:
    """Positions in the list of the ``count`` videos of this rank. Padding of
    the sampler, beyond the ``size`` of the list, is left out."""
    positions = get_rank() + get_world_size() * np.arange(count)
    return positions[positions < size]


def local_scores(batches: Sequence[VideoScores]) -> VideoScores:
    """Scores of the batches of this rank, none if the list has fewer videos
    than there are ranks.

    Raises:
        RuntimeError: Without a video on any rank.
        ValueError: For batches of different numbers of classes.
    """
    sizes = {
        size
        for part in all_gather_object({each.num_classes
                                       for each in batches})
        for size in part
    }
    if batches or len(sizes) != 1:
        return VideoScores.concat(batches)
    none = torch.zeros(0)
    return VideoScores([torch.zeros(sizes.pop(), 0)],
                       torch.zeros(0, 2, dtype=torch.int64), none, none)


def count_correct(local: VideoScores, size: int,
                  topk: Sequence[int]) -> CorrectCounts:
    """Count the videos that have a label among their k best classes.

    Args:
        local: Scores of this rank.
        size: Number of videos in the list.
        topk: Values of k.
    """
    num_classes, rank = local.num_classes, local.best_label_rank
    kept = len(list_positions(len(rank), size))
    video, label = local.labels[local.labels[:, 0] < kept].T
    sums = [torch.bincount(label, minlength=num_classes)]
    for k in topk:
        correct = rank < k
        sums += [
            torch.bincount(label[correct[video]], minlength=num_classes),
            correct[:kept].sum()[None]
        ]
    total = torch.cat(sums).double()
    all_reduce(total)
    videos, *rest = total.split([len(each) for each in sums])
    return CorrectCounts(videos, dict(zip(topk, rest[::2])), {
        k: correct[0]
        for k, correct in zip(topk, rest[1::2])
    })


def average_precision_over_ranks(local: VideoScores, size: int) -> Tensor:
    """Average precision of each class over the videos of all ranks.

    Args:
        local: Scores of this rank.
        size: Number of videos in the list.

    Returns:
        float64 ``(S,)``, NaN for a class without a positive.

    Raises:
        InputError: For a score that is NaN, on every rank.
    """
    order = list_positions(local.num_videos, size)
    kept = local.labels[:, 0] < len(order)
    video, label = local.labels[kept].numpy().T
    positives = [label, local.label_scores[kept].numpy(), order[video]]
    positives = [
        np.concatenate(parts) for parts in zip(*all_gather_object(positives))
    ]
    by_class = np.argsort(positives[0], kind='stable')
    classes, values, positions = (column[by_class] for column in positives)
    higher, error = np.zeros(len(classes), np.int64), None
    try:
        higher = F.count_higher_by_class(classes, values, positions,
                                         local.columns(len(order)), order)
    except ValueError as nan_score:
        error = str(nan_score)
    _raise_on_every_rank(error)
    higher = torch.from_numpy(higher)
    all_reduce(higher)
    return F.average_precision_from_ranks(
        torch.from_numpy(classes), higher + 1, local.num_classes)


def _raise_on_every_rank(error: Optional[str]) -> None:
    for message in all_gather_object(error):
        if message is not None:
            raise InputError(f'{message} of the list, from 0')
