"""How rare a class is, and what follows from it (MOVE, Eq. 7, 9 and 12)."""
import torch
from torch import Tensor


def tau(class_counts: Tensor) -> Tensor:
    """Min-max normalised class frequency (Eq. 7): 0 rarest, 1 most frequent.

    Where all classes are equally frequent Eq. 7 is undefined; every class
    then counts as rare (0), so that no label is damped.

    Args:
        class_counts: Training videos of each class, ``(S,)``.

    Returns:
        float64 ``(S,)`` in [0, 1].

    Example:
        >>> tau(torch.tensor([10, 60, 110]))
        tensor([0.0000, 0.5000, 1.0000], dtype=torch.float64)
    """
    if class_counts.ndim != 1 or class_counts.numel() == 0:
        raise ValueError('class_counts must have the shape (S,) with S >= 1, '
                         f'got {tuple(class_counts.shape)}')
    counts = class_counts.double()
    rarest, spread = counts.min(), counts.max() - counts.min()
    spread = torch.where(spread > 0, spread, torch.ones_like(spread))
    return (counts - rarest) / spread


def label_weight(tau: Tensor, gamma: float = 0.5) -> Tensor:
    """Factor on a mixed label, ``(1 - tau) + gamma`` (Eq. 12).

    Args:
        tau: ``(S,)``, see :func:`tau`.
        gamma: Smoothing bias that keeps the label of the head above zero.

    Example:
        >>> label_weight(torch.tensor([0.0, 0.5, 1.0]), gamma=0.5)
        tensor([1.5000, 1.0000, 0.5000])
    """
    return (1 - tau) + gamma


def min_frames(tau_of_labels: Tensor,
               owners: Tensor,
               num_videos: int,
               num_frames: int,
               sigma: int = 3) -> Tensor:
    """Size of the smallest subset of frames for each video (Eq. 9).

    A class allows subsets of at least ``max(tau * T, sigma)`` frames. For a
    video with several labels, which the paper does not discuss, the bound is
    the integer part of the mean over its labels, as in the released code. A
    bound never exceeds T.

    Args:
        tau_of_labels: tau of the class of each label, see :func:`tau`,
            ``(L,)``.
        owners: Index of the video of each label, int64 ``(L,)``.
        num_videos: B, each with at least one label.
        num_frames: T.
        sigma: Lower bound for the rarest class.

    Returns:
        int64 ``(B,)`` in [1, T].

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
