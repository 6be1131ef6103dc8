"""Framestack: clips of two videos, with more frames of the weaker classes.

Zhang et al., "VideoLT", ICCV 2021.
"""
from typing import Tuple

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def stack_frames(frames: Float[Tensor, 'B T ...'],
                 target: Float[Tensor, 'B S'], class_ap: Float[Tensor, ' S'],
                 partner: Int64[Tensor, ' B'], clip_length: int
                 ) -> Tuple[Float[Tensor, 'B L ...'], Float[Tensor, 'B S']]:
    """Fill each clip with frames of a video and of its partner.

    The frames of the partner come first and take the share
    ``a_i / (a_i + a_j)`` of the clip, where a is the mean over all classes of
    label times average precision. If both are zero, the share is one half.
    The labels are mixed with the same share.

    Args:
        frames: Features of the frames, or images.
        target: Labels in [0, 1].
        class_ap: Average precision of each class.
        partner: Index of the partner of each video.
        clip_length: L, the number of frames in a clip.

    Returns:
        Clips and their labels.

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
    strength = (target * class_ap).mean(-1)  # (B,)
    both = strength + strength[partner]
    share = torch.where(both < 1e-5, 0.5, strength / both.clamp(min=1e-5))
    theirs = (share * clip_length).long()[:, None]  # (B, 1)
    position = torch.arange(clip_length, device=frames.device)[None]  # (1, L)
    is_theirs = position < theirs
    index = torch.where(
        is_theirs, _even_index(position, theirs, frames.shape[1]),
        _even_index(position - theirs, clip_length - theirs, frames.shape[1]))
    own = torch.arange(len(frames), device=frames.device)
    source = torch.where(is_theirs, partner[:, None], own[:, None])
    share = share.to(target)[:, None]
    return frames[source,
                  index], (1 - share) * target + share * target[partner]


def _even_index(position: Tensor, count: Tensor, num_frames: int) -> Tensor:
    """Index of the frame at a position among ``count`` evenly spaced ones."""
    step = (num_frames - 1) / (count - 1).clamp(min=1).double()
    index = (position * step).long()
    last = (position == count - 1) & (count > 1)
    return torch.where(last, num_frames - 1, index.clamp(0, num_frames - 1))
