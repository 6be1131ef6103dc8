"""Prototypical self-attention, the self-attentive aggregator of MOVE.

AAAI 2023, Sec. 2.2, Eq. 1 and 8. ``formulation`` chooses between the paper and
the authors' released code:

=============  ===============================  ============================
topic          ``paper``                        ``official``
=============  ===============================  ============================
frame sampler  sets dropped frames to zero      the query is the mean of the
               for queries and keys             kept frames; another mask
                                                hides keys
layer          ``softmax(QK^T/sqrt(d)) V``,     dropout of attention and
               then a fully connected layer     output, residual of the
               (f_theta of Eq. 4)               pooled query, layer norm
output         ``out_channels``                 ``in_channels``
=============  ===============================  ============================
"""
from typing import Optional, Tuple

from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move import functional as F
from projects_move.formulations import check_formulation
from .base import FrameNeck
from .frame_masks import FrameMasks


@MODELS.register_module()
class PSANeck(FrameNeck):
    """Attention with one query for each view, the mean of its frames.

    Args:
        in_channels: Channels of the frames, C.
        num_heads: Number of attention heads, H.
        head_channels: Channels of a query, key or value in each head.
        out_channels: Channels of the output, D; by default C, which the
            ``official`` formulation requires.
        dropout_ratio: Dropout of attention and output in the ``official``
            formulation.
        formulation: ``'official'`` or ``'paper'``.

    Raises:
        ValueError: For an unknown formulation, or for ``out_channels`` that
            differ from ``in_channels`` in the ``official`` formulation.
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

    def aggregate(self, frames: Float[Tensor, 'B T C'],
                  masks: FrameMasks) -> Float[Tensor, 'B V D']:
        if frames.shape[-1] != self.in_channels:
            raise ValueError(f'PSANeck expects {self.in_channels} channels, '
                             f'got frames of {tuple(frames.shape)}')
        if self.formulation == 'paper':
            _, attention, gain = self.attention(frames, masks)
            if gain is not None:
                attention = attention * gain.unsqueeze(1)
            out = F.attend(attention, frames, self.value.weight)
            return self.proj(out)
        prototypes, attention, _ = self.attention(frames, masks)
        attention = self.attention_dropout(attention)
        out = F.attend(attention, frames, self.value.weight)
        return self.norm(self.dropout(self.proj(out)) + prototypes)

    def attention(
        self, frames: Float[Tensor, 'B T C'], masks: FrameMasks
    ) -> Tuple[Float[Tensor, 'B V C'], Float[Tensor, 'B H V T'],
               Optional[Float[Tensor, 'B V T']]]:
        """Prototypes, attention and, for ``paper``, the gain of each frame.

        The gain is None if no frames are sampled.
        """
        views, query, key, valid = masks
        gain = None
        if self.formulation == 'paper':
            pooled = None if valid is None else valid.unsqueeze(1)
            if views is None:
                prototypes = F.prototypes(frames, pooled)
            else:
                gain = views.to(frames.dtype)
                # Pool(m * x): mean over all frames, with zeros if dropped
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
