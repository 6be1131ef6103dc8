"""Scores of the videos of one rank, and what all ranks learn from them."""
from typing import Dict, List, NamedTuple, Optional, Sequence

import numpy as np
import torch
from mmengine.dist import (all_gather_object, all_reduce, get_rank,
                           get_world_size)
from torch import Tensor

from projects_move import functional as F
from .ranking import RankCounter


class VideoScores(NamedTuple):
    """Of N videos, and S classes.

    Attributes:
        scores: float32 ``(S, N)``.
        labels: Video and class of each label, int64 ``(L, 2)``.
        rank: Of each video's best placed label, from 0, ``(N,)``.
    """
    scores: Tensor
    labels: Tensor
    rank: Tensor

    @classmethod
    def of(cls,
           scores: Tensor,
           labels: Tensor,
           device: Optional[str] = 'cpu') -> 'VideoScores':
        """Of scores ``(N, S)`` and the video and class of each label, int64
        ``(L, 2)``, kept on a device, or, with None, where the scores are."""
        scores = scores.detach().float()
        rank = F.label_rank(scores, labels.to(scores.device))
        device = device or scores.device
        return cls(
            scores.T.to(device).contiguous(), labels.cpu(), rank.to(device))

    @classmethod
    def cat(cls, batches: Sequence['VideoScores']) -> 'VideoScores':
        """Batches as one.

        Raises:
            RuntimeError: Where there are none.
        """
        if not batches:
            raise RuntimeError('there is no score of any video to evaluate')
        labels, first = [], 0
        for batch in batches:
            labels.append(batch.labels + batch.labels.new_tensor([first, 0]))
            first += len(batch.rank)
        return cls(
            torch.cat([batch.scores for batch in batches], 1),
            torch.cat(labels), torch.cat([batch.rank for batch in batches]))


class ClassSums(NamedTuple):
    """Of all ranks.

    Attributes:
        videos: Test videos of each class, ``(S,)``.
        hits: Of each k, those that are right, ``(S,)``.
        right: Of each k, videos that are right.
    """
    videos: Tensor
    hits: Dict[int, Tensor]
    right: Dict[int, Tensor]


def places(count: int, size: int) -> np.ndarray:
    """Places in the list of the videos of this rank, without those that fill
    up the last round: the ranks take turns."""
    order = get_rank() + get_world_size() * np.arange(count)
    return order[order < size]


def class_sums(mine: VideoScores, size: int, topk: Sequence[int]) -> ClassSums:
    """Count right videos; ``size`` is that of the list."""
    num_classes = len(mine.scores)
    kept = len(places(len(mine.rank), size))
    rank = mine.rank.cpu()
    video, label = mine.labels[mine.labels[:, 0] < kept].cpu().T
    sums = [torch.bincount(label, minlength=num_classes)]
    for k in topk:
        right = rank < k
        sums += [
            torch.bincount(label[right[video]], minlength=num_classes),
            right[:kept].sum()[None]
        ]
    total = torch.cat(sums).double()
    all_reduce(total)
    videos, *rest = total.split([len(each) for each in sums])
    return ClassSums(videos, dict(zip(topk, rest[::2])), {
        k: right[0]
        for k, right in zip(topk, rest[1::2])
    })


def average_precision(mine: VideoScores, size: int) -> Tensor:
    """Of each class over the videos of all ranks, float64 ``(S,)``, NaN for a
    class without a positive.

    Raises:
        ValueError: For a score that is NaN.
    """
    order = places(len(mine.rank), size)
    scores = mine.scores[:, :len(order)].cpu().numpy()
    _check_numbers(scores, order)
    video, label = mine.labels[mine.labels[:, 0] < len(order)].cpu().numpy().T
    positives = _gather([label, scores[label, video], order[video]])
    by_class = np.argsort(positives[0], kind='stable')
    classes, values, at = (column[by_class] for column in positives)
    ends = np.searchsorted(classes, np.arange(len(scores) + 1))

    counter = RankCounter(order)
    ahead = np.zeros(len(classes), np.int64)
    for row, start, end in zip(scores, ends[:-1], ends[1:]):
        ahead[start:end] = counter.ahead_of(values[start:end], at[start:end],
                                            row)
    ahead = torch.from_numpy(ahead)
    all_reduce(ahead)
    return F.average_precision_of_ranks(
        torch.from_numpy(classes), ahead + 1, len(scores))


def _gather(columns: List[np.ndarray]) -> List[np.ndarray]:
    if get_world_size() == 1:
        return columns
    return [
        np.concatenate(parts) for parts in zip(*all_gather_object(columns))
    ]


def _check_numbers(scores: np.ndarray, order: np.ndarray) -> None:
    if np.isnan(scores.sum()) and np.isnan(scores).any():
        label, video = np.argwhere(np.isnan(scores))[0]
        raise ValueError(f'the score of class {label} is NaN for video '
                         f'{order[video]}')
