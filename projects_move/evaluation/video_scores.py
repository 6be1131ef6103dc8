"""Scores of the videos of one rank, and what all ranks learn from them."""
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence

import numpy as np
import torch
from mmengine.dist import (all_gather_object, all_reduce, get_rank,
                           get_world_size)
from torch import Tensor

from projects_move import functional as F
from .ranking import RankCounter

BLOCK = 16  # classes whose scores are brought together at once


class VideoScores(NamedTuple):
    """Of N videos, and S classes.

    Attributes:
        scores: float32 ``(S, n)``, of one batch after another.
        labels: Video and class of each label, int64 ``(L, 2)``.
        placed: Scores of these, ``(L,)``.
        rank: Of each video's best placed label, from 0, ``(N,)``.
    """
    scores: List[Tensor]
    labels: Tensor
    placed: Tensor
    rank: Tensor

    @classmethod
    def of(cls,
           scores: Tensor,
           labels: Tensor,
           device: Optional[str] = 'cpu') -> 'VideoScores':
        """Of scores ``(N, S)`` and the video and class of each label, int64
        ``(L, 2)``, kept on a device, or, with None, where the scores are."""
        scores = scores.detach().float()
        scores = scores if device is None else scores.to(device)
        labels = labels.to(scores.device)
        rank = F.best_label_rank(scores, labels)
        placed = scores[labels[:, 0], labels[:, 1]]
        return cls([scores.T.contiguous()], labels, placed, rank)

    @classmethod
    def cat(cls, batches: Sequence['VideoScores']) -> 'VideoScores':
        """Batches as one, on the CPU.

        Raises:
            RuntimeError: Where there are none.
            ValueError: For batches of different classes.
        """
        if not batches:
            raise RuntimeError('there is no score of any video to evaluate')
        scores = [each for batch in batches for each in batch.scores]
        sizes = {len(each) for each in scores}
        if len(sizes) > 1:
            raise ValueError('scores of different numbers of classes: '
                             f'{sorted(sizes)}')
        if not scores[0].is_cpu:
            scores = [torch.cat(scores, 1).cpu()]
        labels, first = [], 0
        for batch in batches:
            labels.append(batch.labels + batch.labels.new_tensor([first, 0]))
            first += len(batch.rank)
        return cls(
            scores,
            *(torch.cat(parts).cpu()
              for parts in (labels, [batch.placed for batch in batches],
                            [batch.rank for batch in batches])))

    @property
    def num_classes(self) -> int:
        return len(self.scores[0])

    def by_class(self, size: int) -> Iterator[np.ndarray]:
        """Scores of the first ``size`` videos, float32 ``(size,)``, class
        after class; each until the next."""
        room = np.empty((BLOCK, len(self.rank)), np.float32)
        batches = [batch.numpy() for batch in self.scores]
        for start in range(0, self.num_classes, BLOCK):
            stop = min(start + BLOCK, self.num_classes)
            first = 0
            for batch in batches:
                last = first + batch.shape[1]
                room[:stop - start, first:last] = batch[start:stop]
                first = last
            yield from room[:stop - start, :size]


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
    num_classes, rank = mine.num_classes, mine.rank
    kept = len(places(len(rank), size))
    video, label = mine.labels[mine.labels[:, 0] < kept].T
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
        ValueError: For a score that is NaN, on every rank.
    """
    order = places(len(mine.rank), size)
    counts = mine.labels[:, 0] < len(order)
    video, label = mine.labels[counts].numpy().T
    positives = _gather([label, mine.placed[counts].numpy(), order[video]])
    by_class = np.argsort(positives[0], kind='stable')
    classes, values, at = (column[by_class] for column in positives)
    ends = np.searchsorted(classes, np.arange(mine.num_classes + 1))

    counter = RankCounter(order)
    ahead = np.zeros(len(classes), np.int64)
    wrong = []  # class and place of scores that are NaN
    for s, scores in enumerate(mine.by_class(len(order))):
        if np.isnan(scores.sum()) and np.isnan(scores).any():
            wrong.append((s, order[np.isnan(scores).argmax()]))
            continue
        one = slice(ends[s], ends[s + 1])
        ahead[one] = counter.ahead_of(values[one], at[one], scores)
    ahead = torch.from_numpy(np.append(ahead, len(wrong)))
    all_reduce(ahead)
    if ahead[-1]:
        if not wrong:
            raise ValueError('a score of another rank is NaN')
        raise ValueError('the score of class {} is NaN for video {}'.format(
            *wrong[0]))
    return F.average_precision_of_ranks(
        torch.from_numpy(classes), ahead[:-1] + 1, mine.num_classes)


def _gather(columns: List[np.ndarray]) -> List[np.ndarray]:
    if get_world_size() == 1:
        return columns
    return [
        np.concatenate(parts) for parts in zip(*all_gather_object(columns))
    ]
