"""Top-k accuracy of videos with one or several labels."""
import numpy as np
import torch
from torch import Tensor


def label_rank(scores: Tensor, labels: Tensor) -> Tensor:
    """Rank, from 0, of a video's best placed label among all classes.

    Classes of equal score rank by their index. A video is right at k when any
    of its labels is among the first k, that is, when this rank is below k.

    Args:
        scores: ``(N, S)``.
        labels: Video and class of each label, int64 ``(L, 2)``, at least one
            for each video.

    Returns:
        int64 ``(N,)``.

    Example:
        >>> label_rank(torch.tensor([[.2, .7, .1], [.5, .3, .5]]),
        ...            torch.tensor([[0, 0], [0, 2], [1, 2]]))
        tensor([1, 1])
    """
    if scores.ndim != 2 or labels.ndim != 2 or labels.shape[1] != 2:
        raise ValueError('expected scores (N, S) and labels (L, 2), got '
                         f'{tuple(scores.shape)} and {tuple(labels.shape)}')
    scores = scores.detach()
    video, label = labels.T
    placed = scores[video, label]  # (L,)
    best = scores.new_full((len(scores), ), float('-inf'))
    best = best.scatter_reduce(0, video, placed, 'amax')
    if scores.is_cpu and scores.dtype != torch.bfloat16:
        # numpy counts several times as fast
        rows, bound = scores.numpy(), best.numpy()[:, None]
        ahead, up_to = (
            np.add.reduce(found.view(np.int8), 1, dtype=np.int32)
            for found in (rows > bound, rows >= bound))
        if (up_to == ahead + 1).all():
            return torch.from_numpy(ahead).long()
    ahead = scores > best[:, None]
    equal = scores == best[:, None]
    last = scores.shape[1] - 1
    first = labels.new_full((len(scores), ), last)  # of equal labels
    candidate = label.where(placed == best[video], last)
    first = first.scatter_reduce(0, video, candidate, 'amin')
    classes = torch.arange(scores.shape[1], device=scores.device)
    return (ahead | equal & (classes < first[:, None])).sum(1)
