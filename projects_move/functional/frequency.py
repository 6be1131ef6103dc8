"""Class frequency, and the quantities derived from it (MOVE, Eq. 7, 9, 12)."""
import torch
from jaxtyping import Float, Float64, Int64, Real
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def tau(class_counts: Real[Tensor, ' S']) -> Float64[Tensor, ' S']:
    """Min-max normalised class frequency (Eq. 7), from 0 (rarest) to 1.

    Eq. 7 is undefined if all classes are equally frequent. Then tau is 0 for
    each class, so that no label is reduced.

    Args:
        class_counts: Training videos of each class; at least one class.

    Example:
        >>> tau(torch.tensor([10, 60, 110]))
        tensor([0.0000, 0.5000, 1.0000], dtype=torch.float64)
    """
    if class_counts.numel() == 0:
        raise ValueError('tau: expected class_counts of at least one class, '
                         'got none')
    counts = class_counts.double()
    rarest, spread = counts.min(), counts.max() - counts.min()
    spread = torch.where(spread > 0, spread, torch.ones_like(spread))
    return (counts - rarest) / spread


@check_shapes
def label_weight(tau: Float[Tensor, ' S'],
                 gamma: float = 0.5) -> Float[Tensor, ' S']:
    """Factor on a mixed label, ``(1 - tau) + gamma`` (Eq. 12).

    Args:
        tau: See :func:`tau`.
        gamma: Smoothing bias that keeps the labels of head classes above zero.

    Example:
        >>> label_weight(torch.tensor([0.0, 0.5, 1.0]), gamma=0.5)
        tensor([1.5000, 1.0000, 0.5000])
    """
    return (1 - tau) + gamma


@check_shapes
def min_frames(tau_of_labels: Float[Tensor, ' L'],
               owners: Int64[Tensor, ' L'],
               num_videos: int,
               num_frames: int,
               sigma: int = 3) -> Int64[Tensor, ' B']:
    """Size of the smallest subset of frames for each video (Eq. 9).

    A class allows subsets of at least ``max(tau * T, sigma)`` frames. For a
    video with several labels, which the paper does not discuss, the bound is
    the integer part of the mean over its labels, as in the released code. A
    bound never exceeds T.

    Args:
        tau_of_labels: tau of the class of each label, see :func:`tau`.
        owners: Index of the video of each label.
        num_videos: Number of videos, B, each with at least one label.
        num_frames: Number of frames, T.
        sigma: Lower bound for the rarest class.

    Returns:
        Sizes in [1, T].

    Example:
        >>> min_frames(
        ...     torch.tensor([0.0, 0.5, 0.0, 1.0]),
        ...     torch.tensor([0, 1, 2, 2]), num_videos=3, num_frames=60)
        tensor([ 3, 30, 31])
    """
    count = torch.bincount(owners, minlength=num_videos)
    if not count.all():
        raise ValueError(f'video {int(count.argmin())} of the batch has no '
                         'label')
    bound = (tau_of_labels.double() * num_frames).clamp(min=sigma)
    mean = torch.bincount(owners, bound, num_videos) / count  # (B,)
    return mean.long().clamp(min=1, max=num_frames)
