"""Context of each frame before its aggregation.

Aggregators are invariant to the order of the frames. Residual convolutions
along time tell them what happens around a frame. The block is that of Liu et
al., "A ConvNet for the 2020s" (CVPR 2022), in one dimension.
"""
from typing import Optional

import torch
from jaxtyping import Bool, Float
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn


@MODELS.register_module()
class TemporalConvEncoder(BaseModule):
    """Linear layer and residual convolutions along time.

    A block is ``x + MLP(depthwise_conv(norm(x)))``. Beyond the ends of a video
    the input of a convolution is zero, also where a batch is padded.

    Args:
        in_channels: Channels of the frames, C.
        out_channels: Channels of the encoded frames, D.
        kernel_size: Frames that a convolution sees, odd.
        expansion: Width of the hidden layer of an MLP, relative to D.
        num_blocks: Number of blocks. An encoded frame depends on
            ``num_blocks * (kernel_size - 1) + 1`` frames.
        dropout_ratio: Dropout of the channels of the input.

    Raises:
        ValueError: For an even ``kernel_size`` and other impossible sizes,
            and for frames of other channels.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int = 128,
                 kernel_size: int = 5,
                 expansion: int = 2,
                 num_blocks: int = 2,
                 dropout_ratio: float = 0.1,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        if kernel_size < 1 or kernel_size % 2 == 0:
            raise ValueError('kernel_size must be odd and positive, got '
                             f'{kernel_size}')
        if min(out_channels, expansion) < 1 or num_blocks < 0:
            raise ValueError(
                'out_channels and expansion must be positive, num_blocks not '
                f'negative, got {out_channels}, {expansion} and {num_blocks}')
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.margin = kernel_size // 2
        self.dropout = nn.Dropout(dropout_ratio)
        self.proj = nn.Linear(in_channels, out_channels)
        self.blocks = nn.ModuleList(
            self._block(out_channels, kernel_size, expansion)
            for _ in range(num_blocks))

    @staticmethod
    def _block(channels: int, kernel_size: int,
               expansion: int) -> nn.ModuleDict:
        hidden = expansion * channels
        conv = nn.Conv1d(
            channels,
            channels,
            kernel_size,
            padding=kernel_size // 2,
            groups=channels)
        mlp = nn.Sequential(
            nn.Linear(channels, hidden), nn.GELU(),
            nn.Linear(hidden, channels))
        return nn.ModuleDict(
            dict(norm=nn.LayerNorm(channels), conv=conv, mlp=mlp))

    def forward(self,
                frames: Float[Tensor, 'B T C'],
                valid: Optional[Bool[Tensor,
                                     'B T']] = None) -> Float[Tensor, 'B T D']:
        """Encode the frames of each video.

        Args:
            frames: Frames of the batch.
            valid: False for padding at the end of a video, which stays zero.
                None has no padding.
        """
        if frames.shape[-1] != self.in_channels:
            raise ValueError(f'TemporalConvEncoder expects {self.in_channels} '
                             f'channels, got frames of {tuple(frames.shape)}')
        if valid is None:
            return self._encode(frames)
        # one sequence, in which zeros separate the videos: no work on padding
        rows = frames[valid]
        video = torch.arange(len(frames), device=frames.device)
        video = video.repeat_interleave(valid.sum(-1), output_size=len(rows))
        place = torch.arange(len(rows), device=frames.device)
        place += self.margin * video
        sequence = rows.new_zeros(1,
                                  len(rows) + self.margin * len(frames),
                                  self.in_channels)
        sequence[0, place] = rows
        taken = sequence.new_zeros(sequence.shape[1], dtype=torch.bool)
        taken[place] = True
        encoded = self._encode(sequence, taken[:, None])
        out = encoded.new_zeros(*valid.shape, self.out_channels)
        out[valid] = encoded[0, place]
        return out

    def _encode(self,
                x: Float[Tensor, 'B T C'],
                taken: Optional[Bool[Tensor,
                                     'T 1']] = None) -> Float[Tensor, 'B T D']:
        x = self.proj(self.dropout(x))
        for block in self.blocks:
            y = block['norm'](x)
            if taken is not None:
                y = y * taken
            y = block['conv'](y.transpose(1, 2)).transpose(1, 2)
            x = x + block['mlp'](y)
        return x
