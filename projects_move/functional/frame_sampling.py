"""Dynamic Frame Sampler: which frames a view keeps (MOVE, Eq. 8 and 9)."""
import torch
from torch import Tensor


def subset_sizes(uniform: Tensor, fewest: Tensor, num_frames: int) -> Tensor:
    """Turn uniform draws into sizes of U{fewest, ..., T}, both ends included.

    Args:
        uniform: Draws in [0, 1), ``(...)``.
        fewest: Smallest size, broadcastable to ``uniform``.
        num_frames: T.

    Returns:
        int64, the shape of ``uniform``.

    Example:
        >>> subset_sizes(torch.tensor([0.0, 0.5, 0.999]),
        ...              torch.tensor(3), num_frames=10)
        tensor([ 3,  7, 10])
    """
    span = num_frames - fewest + 1
    return fewest + (uniform * span).long().clamp(max=num_frames - fewest)


def draw_subsets(scores: Tensor, size: Tensor) -> Tensor:
    """Keep the ``size`` frames of the lowest scores: a uniform random subset.

    Args:
        scores: Independent random scores of the frames, ``(..., T)``.
        size: Frames to keep, ``(...)``, in [1, T].

    Returns:
        bool ``(..., T)``, true where the frame is kept.

    Example:
        >>> draw_subsets(torch.tensor([[.9, .1, .5, .3], [.2, .8, .6, .4]]),
        ...              torch.tensor([2, 1]))
        tensor([[False,  True, False,  True],
                [ True, False, False, False]])
    """
    num_frames = scores.shape[-1]
    if ((size < 1) | (size > num_frames)).any():
        raise ValueError(
            f'a subset keeps 1 to {num_frames} frames, got sizes from '
            f'{int(size.min())} to {int(size.max())}')
    if scores.is_cpu:  # numpy sorts short rows several times as fast
        order = torch.from_numpy(scores.numpy().argsort(-1))
    else:
        order = scores.argsort(dim=-1)
    place = torch.arange(num_frames, device=scores.device)
    kept = (place < size.unsqueeze(-1)).expand_as(order)
    return torch.empty_like(kept).scatter_(-1, order, kept)
