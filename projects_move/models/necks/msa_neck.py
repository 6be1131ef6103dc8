"""Multi-head self-attention, a baseline of prototypical self-attention.

MOVE (AAAI 2023), Table 5: each frame attends to all frames and is classified,
and the logits are averaged. The layer is that of ``PSANeck``, with one query
for each frame.
"""
from typing import Optional

from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from projects_move.errors import InputError
from projects_move.formulations import check_formulation
from .base import FrameNeck
from .frame_masks import FrameMasks


@MODELS.register_module()
class MSANeck(FrameNeck):
    """Self-attention of the frames; each frame remains a view of its own.

    Args:
        in_channels: Channels of the frames and of the output, C.
        num_heads: Number of attention heads, H.
        head_channels: Channels of a query, key or value in each head.
        dropout_ratio: Dropout of the attention and of the output.
        formulation: ``'official'`` or ``'paper'``, which do not differ here.

    Raises:
        ValueError: For frames of other channels.
        InputError: For masks of views: the Dynamic Frame Sampler is not
            defined for this neck.
    """

    keeps_frames = True

    def __init__(self,
                 in_channels: int,
                 num_heads: int = 4,
                 head_channels: int = 512,
                 dropout_ratio: float = 0.1,
                 formulation: str = 'official',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.formulation = check_formulation(formulation)
        self.in_channels = self.out_channels = in_channels
        self.num_heads = num_heads
        inner = num_heads * head_channels
        self.query = nn.Linear(in_channels, inner, bias=False)
        self.key = nn.Linear(in_channels, inner, bias=False)
        self.value = nn.Linear(in_channels, inner, bias=False)
        self.proj = nn.Linear(inner, in_channels, bias=False)
        self.norm = nn.LayerNorm(in_channels, eps=1e-6)
        self.attention_dropout_ratio = dropout_ratio
        self.dropout = nn.Dropout(dropout_ratio)

    def aggregate(self, frames: Float[Tensor, 'B T C'],
                  masks: FrameMasks) -> Float[Tensor, 'B T C']:
        if frames.shape[-1] != self.in_channels:
            raise ValueError(f'MSANeck expects {self.in_channels} channels, '
                             f'got frames of {tuple(frames.shape)}')
        if masks.views is not None:
            raise InputError('MSANeck does not support masks of views: train '
                             'it without DynamicFrameSampler')
        query, key, value = (layer(frames).unflatten(-1, (self.num_heads,
                                                          -1)).transpose(1, 2)
                             for layer in (self.query, self.key, self.value)
                             )  # (B, H, T, d)
        valid = masks.valid
        out = scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=None if valid is None else valid[:, None, None],
            dropout_p=self.attention_dropout_ratio if self.training else 0.)
        out = self.proj(out.transpose(1, 2).flatten(2))  # (B, T, C)
        return self.norm(self.dropout(out) + frames)
