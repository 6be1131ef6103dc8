"""Base class of necks that aggregate the frames of a video."""
from abc import ABCMeta, abstractmethod
from typing import Iterable, Optional, Sequence, Tuple, Union

import torch
from jaxtyping import Bool, Float
from mmengine.model import BaseModule
from torch import Tensor

from projects_move.structures import field_of
from .frame_masks import FrameMasks


class FrameNeck(BaseModule, metaclass=ABCMeta):
    """Neck that aggregates the frames of a video to one vector for each view.

    ``forward`` takes frames ``(B, T, C)`` and returns ``(B, V, D)``. It also
    works in the recognizers of MMAction2: the maps of ``Recognizer2D`` and
    ``Recognizer3D`` are pooled over space, and the views are returned as
    positions in space, so that a head with spatial pooling averages them.

    Attributes:
        keeps_frames: Whether each frame is a view of its own, including the
            padding of short videos.
    """

    keeps_frames = False

    @abstractmethod
    def aggregate(self, frames: Float[Tensor, 'B T C'],
                  masks: FrameMasks) -> Float[Tensor, 'B V D']:
        """Vector of each view from the frames of each video."""

    def forward(
        self,
        x: Union[Tensor, Sequence[Tensor]],
        frame_mask: Union[Bool[Tensor, 'B V T'], FrameMasks, None] = None,
        data_samples: Optional[Iterable] = None
    ) -> Union[Float[Tensor, 'B V D'], Tuple]:
        """Aggregate frames, or the maps of a stock recognizer.

        Args:
            x: Frames ``(B, T, C)``; or maps ``(B, C, T, H, W)``, or a
                sequence of maps, of which the last one is used.
            frame_mask: Frames that each view keeps, or :class:`FrameMasks`.
            data_samples: Data samples with a ``frame_mask``; a stock
                recognizer passes them in training.
        """
        if isinstance(x, Tensor) and x.ndim == 3:
            if x.shape[1] == 0:
                raise ValueError('expected at least one frame of each video, '
                                 f'got frames of shape {tuple(x.shape)}')
            return self.aggregate(x, FrameMasks.of(frame_mask, x))
        is_sequence = not isinstance(x, Tensor)
        maps = x[-1] if is_sequence else x
        if maps.ndim != 5:
            raise ValueError('expected frames (B, T, C) or maps '
                             f'(B, C, T, H, W), got {tuple(maps.shape)}')
        frames = maps.mean((3, 4)).transpose(1, 2)  # (B, T, C)
        masks = stack_frame_masks(data_samples, frames)
        z = self.aggregate(frames, FrameMasks.of(masks, frames))
        z = z.transpose(1, 2)  # (B, D, V)
        # Recognizer2D squeezes axis 2; Recognizer3D keeps all five axes
        z = z[:, :, None, :, None] if is_sequence else z[..., None, None]
        return z, dict()


def stack_frame_masks(data_samples: Optional[Iterable],
                      frames: Float[Tensor, 'B T C'],
                      valid: Optional[Bool[Tensor,
                                           'B T']] = None) -> FrameMasks:
    """Stack the masks that ``DynamicFrameSampler`` added to the data samples.

    Args:
        data_samples: Data samples of a batch, or None. All or none have a
            ``frame_mask`` ``(V, T)`` and, in the ``official`` formulation, a
            ``query_mask`` ``(V, T)`` and a ``key_mask`` ``(1, T)``.
        frames: Frames of the batch, on the device of the result.
        valid: False for padding.
    """
    stacked = {}
    for key in ('frame_mask', 'query_mask', 'key_mask'):
        masks = field_of(data_samples, key)
        if isinstance(masks, list):
            masks = _stack_masks(masks, key, len(frames))
        if masks is not None:
            masks = masks.to(frames.device, non_blocking=True)
        stacked[key] = masks
    return FrameMasks(stacked['frame_mask'], stacked['query_mask'],
                      stacked['key_mask'], valid)


def _stack_masks(masks: Sequence, key: str, batch: int) -> Tensor:
    """Masks ``(B, V, T)``, false for the padding of short videos."""
    if any(mask is None for mask in masks):
        raise ValueError(f'some videos of the batch have a {key} and some '
                         'have none')
    if len(masks) != batch:
        raise ValueError(f'{len(masks)} videos have a {key}, but the batch '
                         f'has {batch} rows of frames')
    num_frames = max(mask.shape[-1] for mask in masks)
    return torch.stack([
        torch.nn.functional.pad(mask, (0, num_frames - mask.shape[-1]))
        for mask in masks
    ])
