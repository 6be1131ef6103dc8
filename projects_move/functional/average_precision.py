"""Average precision of every class at once."""
import torch
from torch import Tensor


def average_precision(scores: Tensor, target: Tensor) -> Tensor:
    """Mean of the precision at the rank of each positive video.

    Videos of equal score keep their order: the earlier one ranks higher.

    Args:
        scores: ``(N, S)``, higher is more likely. NaN is refused.
        target: Multi-hot labels ``(N, S)``.

    Returns:
        float64 ``(S,)``, NaN for a class without a positive video.

    Example:
        >>> average_precision(
        ...     torch.tensor([[.9, .1], [.8, .2], [.7, .3]]),
        ...     torch.tensor([[1, 0], [0, 0], [1, 0]]))
        tensor([0.8333,    nan], dtype=torch.float64)
    """
    if scores.shape != target.shape or scores.ndim != 2:
        raise ValueError('scores and target must both have the shape (N, S), '
                         f'got {tuple(scores.shape)} and '
                         f'{tuple(target.shape)}')
    if scores.isnan().any():
        row, column = (int(i) for i in scores.isnan().nonzero()[0])
        raise ValueError(f'the score of class {column} is NaN for video {row}')
    columns = scores.T.contiguous()  # (S, N)
    classes, videos = target.T.nonzero(as_tuple=True)  # by class, then video
    rank = _ranks(columns, classes, videos)

    return average_precision_of_ranks(classes, rank, len(columns))


def average_precision_of_ranks(classes: Tensor, rank: Tensor,
                               num_classes: int) -> Tensor:
    """Average precision where only the ranks of the positives are known.

    Args:
        classes: Of each positive, ``(P,)``, in any order.
        rank: Its rank among all videos, from 1, ``(P,)``.
        num_classes: S.

    Returns:
        float64 ``(S,)``, NaN for a class without a positive.

    Example:
        >>> average_precision_of_ranks(
        ...     torch.tensor([0, 0]), torch.tensor([3, 1]), 2)
        tensor([0.8333,    nan], dtype=torch.float64)
    """
    if not len(classes):
        return rank.new_full((num_classes, ), float('nan'), dtype=torch.double)
    # the positives of each class by rank: the k-th has precision k / rank
    order = torch.argsort(classes * (rank.max() + 1) + rank)
    classes, rank = classes[order], rank[order]
    positives = torch.bincount(classes, minlength=num_classes)  # (S,)
    first = positives.cumsum(0) - positives
    hits = torch.arange(len(classes), device=rank.device) - first[classes] + 1
    total = torch.zeros(num_classes, dtype=torch.float64, device=rank.device)
    total.index_add_(0, classes, hits.double() / rank)
    return total / positives


def _ranks(columns: Tensor, classes: Tensor, videos: Tensor) -> Tensor:
    """1-based rank of each ``(class, video)`` pair within its class, (P,)."""
    order = columns.argsort(dim=-1, descending=True, stable=True)
    rank = torch.empty_like(order)
    positions = torch.arange(1, columns.shape[1] + 1, device=columns.device)
    rank.scatter_(1, order, positions.expand_as(order))
    return rank[classes, videos]
