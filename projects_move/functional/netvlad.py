"""NetVLAD over the frames that each view keeps (MOVE, Eq. 2, 3 and 10).

The frames are assigned to the clusters once for all views. A view is a mask
on the terms of the sum.
"""
from typing import Optional, Tuple, Union

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def assignment_statistics(
    logits: Float[Tensor, 'B T K'], views_kept: Shaped[Tensor, 'B T'],
    num_rows: Union[int, Tensor]
) -> Tuple[Float[Tensor, ' K'], Float[Tensor, ' K']]:
    """Mean and variance over all views, where dropped frames are zero rows.

    The released code sets dropped frames to zero and stacks the views before
    batch normalisation. The logits of such a frame are zero, and a kept frame
    counts once for each view that keeps it.

    Args:
        logits: Assignment without bias, before normalisation.
        views_kept: Number of views that keep each frame.
        num_rows: Rows of the stacked batch, with zero rows (views x frames).

    Returns:
        Mean and biased variance.

    Example:
        >>> mean, var = assignment_statistics(
        ...     torch.tensor([[[3.], [1.]]]), torch.tensor([[2, 0]]), 4)
        >>> mean, var  # of the rows 3, 0, 3, 0
        (tensor([1.5000]), tensor([2.2500]))
    """
    weight = views_kept.to(logits.dtype).unsqueeze(-1)  # (B, T, 1)
    mean = (weight * logits).sum((0, 1)) / num_rows
    spread = (weight * (logits - mean)**2).sum((0, 1))
    num_zeros = num_rows - weight.sum()
    return mean, (spread + num_zeros * mean**2) / num_rows


@check_shapes
def aggregate_residuals(frames: Float[Tensor, 'B T C'],
                        assignment: Float[Tensor, 'B T K'],
                        frame_mask: Optional[Bool[Tensor, 'B V T']] = None,
                        centers: Optional[Float[Tensor, 'K C']] = None
                        ) -> Float[Tensor, 'B V C K']:
    """``sum_t m_t rho_k(x_t) (x_t - mu_k)`` for each view (Eq. 10).

    Args:
        frames: x, features of the frames.
        assignment: rho, soft assignment to the clusters.
        frame_mask: m, true for the frames that a view keeps; None is one view
            of all frames.
        centers: mu; None sums ``m_t rho_k(x_t) x_t`` instead.

    Example:
        >>> x = torch.tensor([[[1.], [3.]]])
        >>> rho = torch.tensor([[[1., 0.], [.5, .5]]])
        >>> mu = torch.tensor([[1.], [2.]])
        >>> aggregate_residuals(x, rho, centers=mu)
        tensor([[[[1.0000, 0.5000]]]])
    """
    batch, num_frames, channels = frames.shape
    if frame_mask is None:
        frame_mask = frames.new_ones(batch, 1, num_frames)
    views = frame_mask.shape[1]
    weight = assignment.unsqueeze(1) * frame_mask.unsqueeze(-1)  # (B, V, T, K)
    columns = weight.transpose(1, 2).reshape(batch, num_frames, -1)
    sums = frames.transpose(1, 2) @ columns  # (B, C, V * K)
    vlad = sums.view(batch, channels, views, -1).transpose(1, 2)
    if centers is not None:
        vlad = vlad - weight.sum(2).unsqueeze(2) * centers.T
    return vlad  # (B, V, C, K)


@check_shapes
def normalize_clusters(vlad: Float[Tensor, ' *B C K'],
                       eps: float = 1e-12) -> Float[Tensor, ' *B C K']:
    """L2 normalisation of each cluster, then of the whole descriptor.

    After the first step the norm of a cluster is one, or zero if the cluster
    is empty. The second step therefore divides by the square root of the
    number of non-empty clusters.

    Example:
        >>> normalize_clusters(torch.tensor([[3., 0.], [4., 0.]]))
        tensor([[0.6000, 0.0000],
                [0.8000, 0.0000]])
    """
    norm = torch.linalg.vector_norm(vlad, dim=-2, keepdim=True)
    inverse = 1 / norm.clamp(min=eps)
    total = torch.linalg.vector_norm(norm * inverse, dim=-1, keepdim=True)
    return vlad * (inverse / total.clamp(min=eps))
