"""Batch norm of the rows of one rank, or of all ranks on any device.

``nn.SyncBatchNorm`` of torch needs a GPU.
"""
from typing import Tuple, Union

import torch
from jaxtyping import Float
from mmengine.dist import get_world_size
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ..collectives import statistics_over_ranks


def batch_norm(norm: _BatchNorm, rows: Float[Tensor,
                                             'N C']) -> Float[Tensor, 'N C']:
    """Batch norm that uses the running statistics for a single row.

    A single row, such as the last video of a list, has no variance.
    """
    if norm.training and is_synchronized(norm):
        rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
        var, mean = torch.var_mean(rows, 0, unbiased=False)
        mean, var = training_statistics(norm, mean, var, len(rows))
        return (rows - mean) * torch.rsqrt(var +
                                           norm.eps) * norm.weight + norm.bias
    if not norm.training or len(rows) == 1:
        return nn.functional.batch_norm(rows, norm.running_mean,
                                        norm.running_var, norm.weight,
                                        norm.bias, False, 0., norm.eps)
    return norm(rows)


def is_synchronized(norm: _BatchNorm) -> bool:
    """Whether the statistics are those of all ranks: the attribute
    ``synchronized`` says so, or ``sync_bn`` of the config."""
    return get_world_size() > 1 and (isinstance(norm, nn.SyncBatchNorm)
                                     or getattr(norm, 'synchronized', False))


def training_statistics(
    norm: _BatchNorm, mean: Float[Tensor, ' K'], var: Float[Tensor, ' K'],
    num_rows: Union[int, Tensor]
) -> Tuple[Float[Tensor, ' K'], Float[Tensor, ' K']]:
    """Mean and biased variance to normalise with, of this rank or of all.

    The running statistics are updated as ``nn.BatchNorm1d`` does it.

    Args:
        norm: Batch norm in training.
        mean, var: Mean and biased variance of the rows of this rank.
        num_rows: Number of rows of this rank.
    """
    if is_synchronized(norm):
        mean, var, num_rows = statistics_over_ranks(mean, var, num_rows)
    with torch.no_grad():
        rest = torch.as_tensor(num_rows - 1).clamp(min=1)
        unbiased = var * num_rows / rest
        norm.running_mean.lerp_(mean.to(norm.running_mean), norm.momentum)
        norm.running_var.lerp_(unbiased.to(norm.running_var), norm.momentum)
        norm.num_batches_tracked.add_(1)
    return mean, var
