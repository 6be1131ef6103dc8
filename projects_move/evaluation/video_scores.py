"""Scores and labels of the test videos of one process."""
from typing import Iterator, List, NamedTuple, Optional, Sequence

import numpy as np
import torch
from torch import Tensor

from projects_move import functional as F

BLOCK = 16  # classes whose scores are copied together


class VideoScores(NamedTuple):
    """Scores and labels of N videos for S classes.

    Attributes:
        scores: Scores of each batch, float32 ``(S, n)``.
        labels: Video and class of each label, int64 ``(L, 2)``.
        label_scores: Score of each label, ``(L,)``.
        best_label_rank: Rank of each video's best label among the classes,
            from 0, ``(N,)``.
    """
    scores: List[Tensor]
    labels: Tensor
    label_scores: Tensor
    best_label_rank: Tensor

    @classmethod
    def from_batch(cls,
                   scores: Tensor,
                   labels: Tensor,
                   device: Optional[str] = 'cpu') -> 'VideoScores':
        """Scores of one batch.

        Args:
            scores: ``(N, S)``.
            labels: Video and class of each label, int64 ``(L, 2)``.
            device: Device of the result; None is that of the scores.
        """
        scores = scores.detach().float()
        scores = scores if device is None else scores.to(device)
        labels = labels.to(scores.device)
        return cls([scores.T.contiguous()], labels, scores[labels[:, 0],
                                                           labels[:, 1]],
                   F.best_label_rank(scores, labels))

    @classmethod
    def concat(cls, batches: Sequence['VideoScores']) -> 'VideoScores':
        """All batches as one, on the CPU.

        Raises:
            RuntimeError: Without batches.
            ValueError: For batches of different numbers of classes.
        """
        if not batches:
            raise RuntimeError('expected scores of at least one video, got '
                               'none')
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
            first += batch.num_videos
        columns = (labels, [batch.label_scores for batch in batches],
                   [batch.best_label_rank for batch in batches])
        return cls(scores, *(torch.cat(parts).cpu() for parts in columns))

    @property
    def num_classes(self) -> int:
        return len(self.scores[0])

    @property
    def num_videos(self) -> int:
        return len(self.best_label_rank)

    def columns(self, size: int) -> Iterator[np.ndarray]:
        """Scores of the first ``size`` videos, float32 ``(size,)``, class by
        class. The next arrays overwrite an array."""
        buffer = np.empty((BLOCK, self.num_videos), np.float32)
        batches = [batch.numpy() for batch in self.scores]
        for start in range(0, self.num_classes, BLOCK):
            stop = min(start + BLOCK, self.num_classes)
            np.concatenate([batch[start:stop] for batch in batches],
                           1,
                           out=buffer[:stop - start])
            yield from buffer[:stop - start, :size]
