"""Sums and gathers over the ranks of a distributed training, with gradients.

With one process each function returns its input.
"""
from typing import Dict, Tuple, Union

import torch
from mmengine.dist import all_gather, all_reduce, get_rank, get_world_size
from torch import Tensor

from projects_move.errors import InputError


def sum_over_ranks(x: Tensor) -> Tensor:
    """Sum over the ranks. The gradient is summed, too."""
    if get_world_size() == 1:
        return x
    return _Sum.apply(x)


class _Sum(torch.autograd.Function):

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        total = x.clone(memory_format=torch.contiguous_format)
        all_reduce(total)
        return total

    @staticmethod
    def backward(ctx, grad: Tensor) -> Tensor:
        return _Sum.forward(ctx, grad)


def share_of_ranks(weight: Union[float, Tensor],
                   like: Tensor) -> Union[float, Tensor]:
    """Weight of the batch of this rank over the mean weight of all ranks.

    Distributed training averages the gradients of the ranks. A mean loss
    times this factor gives the gradient of the mean over all videos, also if
    some rank has fewer.

    Args:
        weight: Sum of the weights over which the loss of this rank is a mean,
            such as the number of videos.
        like: Tensor with the device and float type of the result.
    """
    ranks = get_world_size()
    if ranks == 1:
        return 1.
    weight = torch.as_tensor(weight, dtype=like.dtype, device=like.device)
    total = weight.detach().clone()
    all_reduce(total)
    return weight * ranks / total


def mean_over_ranks(values: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Mean of each value over the ranks, without gradients.

    Args:
        values: Scalars, in the same order on each rank.
    """
    if get_world_size() == 1 or not values:
        return values
    stacked = torch.stack([
        value.detach().float().flatten()[0]
        if value.dtype in (torch.float16, torch.bfloat16) else value.detach()
        for value in values.values()
    ])
    all_reduce(stacked, 'mean')
    return type(values)(zip(values, stacked))


def statistics_over_ranks(mean: Tensor, var: Tensor, count: Union[int, Tensor]
                          ) -> Tuple[Tensor, Tensor, Tensor]:
    """Mean, biased variance and number of the rows of all ranks.

    Args:
        mean, var: Mean and biased variance of the rows of this rank, ``(C,)``.
        count: Number of rows of this rank.
    """
    count = torch.as_tensor(count, dtype=mean.dtype, device=mean.device)
    total = sum_over_ranks(count)
    common = sum_over_ranks(count * mean) / total
    spread = sum_over_ranks(count * (var + (mean - common)**2))
    return common, spread / total, total


def gather_rows(x: Tensor) -> Tuple[Tensor, slice]:
    """Rows of all ranks, rank by rank, and the slice of those of this rank.

    Args:
        x: ``(B, ...)``, where B may differ between the ranks.

    Raises:
        InputError: On each rank, if the rows have different shapes.
    """
    if get_world_size() == 1:
        return x, slice(None)
    shapes = torch.stack(all_gather(torch.tensor(x.shape, device=x.device)))
    if (shapes[:, 1:] != shapes[0, 1:]).any():
        raise InputError('the ranks have videos of different shapes, '
                         f'{shapes[:, 1:].tolist()}: sample the same number '
                         'of frames from each video')
    sizes = shapes[:, 0].tolist()
    start = sum(sizes[:get_rank()])
    own = slice(start, start + len(x))
    rows = x.new_zeros(sum(sizes), *x.shape[1:])
    rows[own] = x
    return sum_over_ranks(rows), own
