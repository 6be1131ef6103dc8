"""Prototypical self-attention (MOVE, Eq. 1): one query a view, all frames.

The query of a view is a single vector, so a frame never needs projecting:
``q . (W_k x_t) = (W_k^T q) . x_t`` and
``sum_t a_t W_v x_t = W_v sum_t a_t x_t``, head by head.
"""
from typing import Optional

import torch
from torch import Tensor


def prototypes(frames: Tensor, frame_mask: Optional[Tensor] = None) -> Tensor:
    """Mean of the frames that a view keeps.

    Args:
        frames: ``(B, T, C)``.
        frame_mask: bool ``(B, V, T)``; None is one view of all frames.

    Returns:
        ``(B, V, C)``.

    Example:
        >>> x = torch.tensor([[[1., 4.], [3., 8.]]])
        >>> prototypes(x, torch.tensor([[[True, True], [False, True]]]))
        tensor([[[2., 6.],
                 [3., 8.]]])
    """
    if frame_mask is None:
        return frames.mean(1, keepdim=True)
    weight = frame_mask.to(frames.dtype)
    weight = weight / weight.sum(-1, keepdim=True).clamp(min=1)
    return weight @ frames  # (B, V, C)


def attention_weights(prototypes: Tensor,
                      frames: Tensor,
                      query_weight: Tensor,
                      key_weight: Tensor,
                      num_heads: int,
                      key_mask: Optional[Tensor] = None,
                      valid: Optional[Tensor] = None,
                      frame_gain: Optional[Tensor] = None) -> Tensor:
    """Softmax over the frames of ``(W_q p) . (W_k x_t) / sqrt(d)`` (Eq. 1).

    Args:
        prototypes: ``(B, V, C)``.
        frames: ``(B, T, C)``.
        query_weight: ``(H * d, C)``.
        key_weight: ``(H * d, C)``.
        num_heads: H.
        key_mask: bool ``(B, V or 1, T)``, false hides a frame. Where it hides
            every frame, attention is uniform.
        valid: bool ``(B, T)``, false for padding: never attended.
        frame_gain: ``(B, V, T)``, multiplies the frames as each view sees
            them (Eq. 8): a frame of gain zero has a key of zero.

    Returns:
        ``(B, H, V, T)``, each row sums to one.

    Example:
        >>> x = torch.tensor([[[0.], [1.]]])
        >>> one = torch.ones(1, 1)
        >>> attention_weights(x[:, 1:], x, one, one, num_heads=1)
        tensor([[[[0.2689, 0.7311]]]])
    """
    batch, views, channels = prototypes.shape
    head_channels = len(query_weight) // num_heads
    query = prototypes @ query_weight.T  # (B, V, H * d)
    query = query.view(batch, views, num_heads, head_channels)
    key_weight = key_weight.view(num_heads, head_channels, channels)
    query = torch.einsum('bvhd,hdc->bhvc', query, key_weight)
    query = query.reshape(batch, num_heads * views, channels)
    scores = query @ frames.transpose(1, 2)  # (B, H * V, T)
    scores = scores.view(batch, num_heads, views, -1) / head_channels**0.5
    if frame_gain is not None:
        scores = scores * frame_gain.unsqueeze(1)
    if key_mask is not None:
        lowest = torch.finfo(scores.dtype).min
        scores = scores.masked_fill(~key_mask.unsqueeze(1), lowest)
    if valid is not None:
        scores = scores.masked_fill(~valid[:, None, None], float('-inf'))
    return scores.softmax(-1)


def attend(attention: Tensor, frames: Tensor, value_weight: Tensor) -> Tensor:
    """Values pooled by attention, head by head, then concatenated.

    Args:
        attention: ``(B, H, V, T)``.
        frames: ``(B, T, C)``.
        value_weight: ``(H * d, C)``.

    Returns:
        ``(B, V, H * d)``.

    Example:
        >>> x = torch.tensor([[[0., 2.], [4., 6.]]])
        >>> attend(torch.tensor([[[[.25, .75]]]]), x, torch.eye(2))
        tensor([[[3., 5.]]])
    """
    batch, num_heads, views, num_frames = attention.shape
    channels = frames.shape[-1]
    pooled = attention.reshape(batch, num_heads * views, num_frames) @ frames
    pooled = pooled.view(batch, num_heads, views, channels)
    value_weight = value_weight.view(num_heads, -1, channels)
    out = torch.einsum('bhvc,hdc->bvhd', pooled, value_weight)
    return out.flatten(2)  # (B, V, H * d)
