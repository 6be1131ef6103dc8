"""Prototypical self-attention, the self-attentive aggregator of MOVE.

AAAI 2023, Sec. 2.2, Eq. 1 and 8. Where the paper and the authors' released
code differ, ``formulation`` decides:

=============  ===============================  ============================
topic          ``paper``                        ``official``
=============  ===============================  ============================
frame sampler  the mask multiplies the frames;  the query is the mean of the
               queries and keys see zeros       frames it keeps, a mask of
                                                its own hides keys
layer          ``softmax(QK^T/sqrt(d)) V``,     dropout on the attention and
               then a fully connected layer     the output, residual to the
               (f_theta of Eq. 4)               pooled query, layer norm
output         ``out_channels``                 ``in_channels``
=============  ===============================  ============================
"""
from typing import Optional, Tuple

from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move import functional as F
from projects_move.formulations import check_formulation
from .base import FrameNeck
from .frame_masks import FrameMasks


@MODELS.register_module()
class PSANeck(FrameNeck):
    """One attention query a view, pooled from the frames.

    Args:
        in_channels: C of the frames.
        num_heads: H.
        head_channels: Channels of a query, key or value in each head.
        out_channels: D, of the ``paper`` formulation; by default C. The
            ``official`` one has no choice but C.
        dropout_ratio: On attention and output, ``official`` only.
        formulation: ``'official'`` or ``'paper'``.

    Raises:
        ValueError: For an unknown formulation, or for ``out_channels`` other
            than ``in_channels`` in the ``official`` one.
    """

    def __init__(self,
                 in_channels: int,
                 num_heads: int = 4,
                 head_channels: int = 512,
                 out_channels: Optional[int] = None,
                 dropout_ratio: float = 0.1,
                 formulation: str = 'official',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.formulation = check_formulation(formulation)
        self.in_channels = in_channels
        self.num_heads = num_heads
        self.out_channels = out_channels or in_channels
        inner = num_heads * head_channels
        self.query = nn.Linear(in_channels, inner, bias=False)
        self.key = nn.Linear(in_channels, inner, bias=False)
        self.value = nn.Linear(in_channels, inner, bias=False)
        if formulation == 'paper':
            self.proj = nn.Linear(inner, self.out_channels)
            return
        if self.out_channels != in_channels:
            raise ValueError(
                'the residual of the official formulation needs out_channels '
                f'== in_channels, got {out_channels} and {in_channels}')
        self.proj = nn.Linear(inner, in_channels, bias=False)
        self.norm = nn.LayerNorm(in_channels, eps=1e-6)
        self.attention_dropout = nn.Dropout(dropout_ratio)
        self.dropout = nn.Dropout(dropout_ratio)

    def aggregate(self, frames: Tensor, masks: FrameMasks) -> Tensor:
        if frames.shape[-1] != self.in_channels:
            raise ValueError(f'PSANeck expects {self.in_channels} channels, '
                             f'got frames of {tuple(frames.shape)}')
        if self.formulation == 'paper':
            _, attention, gain = self.attention(frames, masks)
            if gain is not None:
                attention = attention * gain.unsqueeze(1)
            out = F.attend(attention, frames, self.value.weight)
            return self.proj(out)  # (B, V, D)
        prototypes, attention, _ = self.attention(frames, masks)
        attention = self.attention_dropout(attention)
        out = F.attend(attention, frames, self.value.weight)
        return self.norm(self.dropout(self.proj(out)) + prototypes)

    def attention(self, frames: Tensor, masks: FrameMasks
                  ) -> Tuple[Tensor, Tensor, Optional[Tensor]]:
        """Prototypes ``(B, V, C)``, attention ``(B, H, V, T)`` and, in the
        ``paper`` formulation, the gain ``(B, V, T)`` of each frame."""
        views, query, key, valid = masks
        gain = None
        if self.formulation == 'paper':
            pooled = None if valid is None else valid.unsqueeze(1)
            if views is None:
                prototypes = F.prototypes(frames, pooled)
            else:
                gain = views.to(frames.dtype)
                # Pool(m * x): the mean over all frames, dropped ones zero
                count = frames.shape[1] if valid is None else valid.sum(
                    -1)[:, None, None]
                prototypes = gain @ frames / count
            key = None
        else:
            query = views if query is None else query
            key = views if key is None else key
            if query is None and valid is not None:
                query = valid.unsqueeze(1)
            prototypes = F.prototypes(frames, query)
        attention = F.attention_weights(
            prototypes,
            frames,
            self.query.weight,
            self.key.weight,
            self.num_heads,
            key_mask=key,
            valid=valid,
            frame_gain=gain)
        return prototypes, attention, gain
