"""Framestack: two videos in one clip, the weaker class longer.

Zhang et al., "VideoLT", ICCV 2021.
"""
from typing import Tuple

import torch
from torch import Tensor


def stack_frames(frames: Tensor, target: Tensor, ap: Tensor, partner: Tensor,
                 clip_length: int) -> Tuple[Tensor, Tensor]:
    """Fill a clip with frames of a video and of its partner.

    The partner gets the share ``a_i / (a_i + a_j)`` of the clip, a being the
    mean over all classes of a video's labels times their average precision;
    half, where both are zero. Its frames come first. Labels mix by the same
    share.

    Args:
        frames: ``(B, T, C)``.
        target: ``(B, S)``.
        ap: Average precision of each class, ``(S,)``.
        partner: int64 ``(B,)``.
        clip_length: L, frames of the clip.

    Returns:
        Clips ``(B, L, C)`` and labels ``(B, S)``.

    Example:
        >>> x = torch.tensor([[[1.], [2.], [3.]], [[7.], [8.], [9.]]])
        >>> clips, y = stack_frames(x, torch.eye(2), torch.tensor([.6, .2]),
        ...                         torch.tensor([1, 0]), clip_length=4)
        >>> clips.squeeze(-1)
        tensor([[7., 8., 9., 1.],
                [1., 7., 8., 9.]])
        >>> y
        tensor([[0.2500, 0.7500],
                [0.2500, 0.7500]])
    """
    if ap.shape != target.shape[1:]:
        raise ValueError(f'expected the average precision of '
                         f'{target.shape[1]} classes, got {tuple(ap.shape)}')
    strength = (target * ap).mean(-1)  # (B,)
    both = strength + strength[partner]
    share = torch.where(both < 1e-5, 0.5, strength / both.clamp(min=1e-5))
    theirs = (share * clip_length).long()[:, None]  # (B, 1)
    place = torch.arange(clip_length, device=frames.device)[None]  # (1, L)
    is_theirs = place < theirs
    index = torch.where(
        is_theirs, _even_index(place, theirs, frames.shape[1]),
        _even_index(place - theirs, clip_length - theirs, frames.shape[1]))
    own = torch.arange(len(frames), device=frames.device)
    source = torch.where(is_theirs, partner[:, None], own[:, None])
    share = share.to(target)[:, None]
    return frames[source,
                  index], (1 - share) * target + share * target[partner]


def _even_index(place: Tensor, count: Tensor, num_frames: int) -> Tensor:
    """Frame at a place among ``count`` that are spread over all frames."""
    step = (num_frames - 1) / (count - 1).clamp(min=1).double()
    index = (place * step).long()
    last = (place == count - 1) & (count > 1)
    return torch.where(last, num_frames - 1, index.clamp(0, num_frames - 1))
