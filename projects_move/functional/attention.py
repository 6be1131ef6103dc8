"""Prototypical self-attention with one query for each view (MOVE, Eq. 1).

The query of a view is a single vector, so no frame needs to be projected:
``q . (W_k x_t) = (W_k^T q) . x_t`` and
``sum_t a_t W_v x_t = W_v sum_t a_t x_t``, in each head.
"""
from typing import Optional

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def prototypes(frames: Float[Tensor, 'B T C'],
               frame_mask: Optional[Bool[Tensor, 'B V T']] = None
               ) -> Float[Tensor, 'B V C']:
    """Mean of the frames that each view keeps.

    Args:
        frames: Features of the frames.
        frame_mask: True for the frames that a view keeps; None is one view of
            all frames.

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


@check_shapes
def attention_weights(
    prototypes: Float[Tensor, 'B V C'],
    frames: Float[Tensor, 'B T C'],
    query_weight: Float[Tensor, 'Hd C'],
    key_weight: Float[Tensor, 'Hd C'],
    num_heads: int,
    key_mask: Optional[Bool[Tensor, ' B #V T']] = None,
    valid: Optional[Bool[Tensor, 'B T']] = None,
    frame_gain: Optional[Float[Tensor, 'B V T']] = None
) -> Float[Tensor, 'B H V T']:
    """Softmax over the frames of ``(W_q p) . (W_k x_t) / sqrt(d)`` (Eq. 1).

    Args:
        prototypes: p, one for each view.
        frames: x, features of the frames.
        query_weight: W_q of all H heads, d rows for each head.
        key_weight: W_k of all H heads, d rows for each head.
        num_heads: H.
        key_mask: False hides a frame. If all frames are hidden, attention is
            uniform.
        valid: False for padding, which gets no attention.
        frame_gain: Factor on each frame in each view (Eq. 8). The key of a
            frame with factor zero is zero.

    Returns:
        Attention; each row sums to one.

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


@check_shapes
def attend(attention: Float[Tensor, 'B H V T'], frames: Float[Tensor, 'B T C'],
           value_weight: Float[Tensor, 'Hd C']) -> Float[Tensor, 'B V Hd']:
    """Values averaged by attention in each head, then concatenated.

    Args:
        attention: Weights of the frames.
        frames: Features of the frames.
        value_weight: W_v of all H heads, d rows for each head.

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
