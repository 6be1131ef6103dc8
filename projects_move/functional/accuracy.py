"""Top-k accuracy of videos with one or several labels."""
import torch
from torch import Tensor


def label_rank(scores: Tensor, target: Tensor) -> Tensor:
    """Rank, from 0, of a video's best placed label among all classes.

    Classes of equal score rank by their index. A video is right at k when any
    of its labels is among the first k, that is, when this rank is below k.

    Args:
        scores: ``(N, S)``.
        target: Multi-hot labels ``(N, S)``, at least one a row.

    Returns:
        int64 ``(N,)``.

    Example:
        >>> label_rank(torch.tensor([[.2, .7, .1], [.5, .3, .5]]),
        ...            torch.tensor([[1, 0, 1], [0, 0, 1]]))
        tensor([1, 1])
    """
    if scores.shape != target.shape or scores.ndim != 2:
        raise ValueError('scores and target must both have the shape (N, S), '
                         f'got {tuple(scores.shape)} and '
                         f'{tuple(target.shape)}')
    positive = target.bool()
    best = scores.masked_fill(~positive, float('-inf')).amax(1, keepdim=True)
    is_best = positive & (scores == best)
    index = is_best.to(torch.uint8).argmax(1, keepdim=True)  # first of equals
    classes = torch.arange(scores.shape[1], device=scores.device)
    ahead = (scores > best) | ((scores == best) & (classes < index))
    return ahead.sum(1)
