"""Multi-head self-attention, which MOVE compares with its prototypical one.

AAAI 2023, Table 5: every frame is re-expressed by all frames and classified,
and the logits are averaged. The layer is that of ``PSANeck``, with a query
for each frame in place of a pooled one.
"""
from typing import Optional

from mmaction.registry import MODELS
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from projects_move.formulations import check_formulation
from .base import FrameNeck
from .frame_masks import FrameMasks


@MODELS.register_module()
class MSANeck(FrameNeck):
    """Each frame attends to all frames and stays a view of its own.

    Args:
        in_channels: C of the frames, and of what they become.
        num_heads: H.
        head_channels: Channels of a query, key or value in each head.
        dropout_ratio: On attention and output.
        formulation: The layer is the same in both.

    Raises:
        ValueError: For frames of other channels, and for views: what the
            Dynamic Frame Sampler means here nobody has said.
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

    def aggregate(self, frames: Tensor, masks: FrameMasks) -> Tensor:
        """``(B, T, C)`` to ``(B, T, C)``."""
        if frames.shape[-1] != self.in_channels:
            raise ValueError(f'MSANeck expects {self.in_channels} channels, '
                             f'got frames of {tuple(frames.shape)}')
        if masks.views is not None:
            raise ValueError('MSANeck keeps every frame and knows no views: '
                             'train it without DynamicFrameSampler')
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
