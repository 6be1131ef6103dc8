"""NetVLAD over the frames that each view keeps (MOVE, Eq. 2, 3 and 10).

One assignment of the frames to the clusters serves every view: a view is a
mask folded into the sum.
"""
from typing import Optional, Tuple

import torch
from torch import Tensor


def assignment_statistics(logits: Tensor, views_kept: Tensor,
                          num_rows: int) -> Tuple[Tensor, Tensor]:
    """Mean and variance of a batch in which dropped frames are zero rows.

    The released code zeroes the frames that a view drops and stacks the views
    before it normalises the assignment. A zeroed frame is a row of zeros, so
    each kept frame is counted once for every view that keeps it.

    Args:
        logits: Assignment before normalisation, ``(B, T, K)``, without bias.
        views_kept: Number of views that keep each frame, ``(B, T)``.
        num_rows: Rows of the stacked batch, zero rows included (views x
            frames).

    Returns:
        Mean and biased variance, each ``(K,)``.

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


def aggregate_residuals(frames: Tensor,
                        assignment: Tensor,
                        frame_mask: Optional[Tensor] = None,
                        centers: Optional[Tensor] = None) -> Tensor:
    """``sum_t m_t rho_k(x_t) (x_t - mu_k)`` for every view (Eq. 10).

    Args:
        frames: ``(B, T, C)``.
        assignment: rho, ``(B, T, K)``.
        frame_mask: m, bool ``(B, V, T)``; None is one view of all frames.
        centers: mu, ``(K, C)``; None leaves the residual out.

    Returns:
        ``(B, V, C, K)``.

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


def normalize_clusters(vlad: Tensor, eps: float = 1e-12) -> Tensor:
    """L2 over the channels of each cluster, then L2 over everything.

    After the first step a cluster has the norm one, or zero where it is
    empty, so the second divides by the root of the number of non-empty ones.

    Args:
        vlad: ``(..., C, K)``.

    Returns:
        The shape of ``vlad``.

    Example:
        >>> normalize_clusters(torch.tensor([[3., 0.], [4., 0.]]))
        tensor([[0.6000, 0.0000],
                [0.8000, 0.0000]])
    """
    norm = torch.linalg.vector_norm(vlad, dim=-2, keepdim=True)
    inverse = 1 / norm.clamp(min=eps)
    total = torch.linalg.vector_norm(norm * inverse, dim=-1, keepdim=True)
    return vlad * (inverse / total.clamp(min=eps))
