"""Random subsets of the frames of a video, for a test."""
from typing import Optional

import torch
from jaxtyping import Bool, Float
from torch import Tensor


class FrameDraws:
    """Draws random subsets of the frames of each video, without padding.

    Args:
        num_draws: Number of subsets, V.
        num_frames: Size of a subset. A shorter video keeps all its frames.

    Raises:
        ValueError: For a number below one.
    """

    def __init__(self, num_draws: int = 8, num_frames: int = 60) -> None:
        if num_draws < 1 or num_frames < 1:
            raise ValueError('test_draws expects num_draws and num_frames of '
                             f'at least 1, got {num_draws} and {num_frames}')
        self.num_draws = num_draws
        self.num_frames = num_frames

    def __call__(self,
                 frames: Float[Tensor, 'B T C'],
                 valid: Optional[Bool[Tensor,
                                      'B T']] = None) -> Bool[Tensor, 'B V T']:
        """Masks of the subsets, true for the frames that are kept."""
        batch, length = frames.shape[:2]
        scores = torch.rand(
            batch, self.num_draws, length, device=frames.device)
        if valid is not None:
            scores = scores.masked_fill(~valid[:, None], 2.)
        kept = scores.argsort(-1).argsort(-1) < self.num_frames
        return kept if valid is None else kept & valid[:, None]
