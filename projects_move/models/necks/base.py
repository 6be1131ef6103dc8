"""What every neck that aggregates frames has in common."""
from abc import ABCMeta, abstractmethod
from typing import Sequence, Tuple, Union

import torch
from mmengine.model import BaseModule
from torch import Tensor

from projects_move.structures import field_of
from .frame_masks import FrameMasks


class FrameNeck(BaseModule, metaclass=ABCMeta):
    """Turns the frames of a video into one vector a view.

    ``forward`` takes frames ``(B, T, C)`` and returns ``(B, V, D)``. It also
    keeps the contracts of MMAction2's own recognizers: the maps of
    ``Recognizer2D`` and ``Recognizer3D`` are pooled over space, and the views
    come back as positions in space, so that any head that pools space
    averages them.

    Attributes:
        keeps_frames: Whether the views are the frames, one by one, among them
            the padding of short videos.
    """

    keeps_frames = False

    @abstractmethod
    def aggregate(self, frames: Tensor, masks: FrameMasks) -> Tensor:
        """``(B, T, C)`` to ``(B, V, D)``."""

    def forward(self,
                x: Union[Tensor, Sequence[Tensor]],
                frame_mask: Union[Tensor, FrameMasks, None] = None,
                data_samples: Sequence = None) -> Union[Tensor, Tuple]:
        """Aggregate frames, or the maps of a stock recognizer.

        Args:
            x: Frames ``(B, T, C)``; or maps ``(B, C, T, H, W)``, or a
                sequence of maps of which the last is used.
            frame_mask: bool ``(B, V, T)`` or :class:`FrameMasks`.
            data_samples: Passed by stock recognizers in training, read for
                their ``frame_mask``.
        """
        if isinstance(x, Tensor) and x.ndim == 3:
            if x.shape[1] == 0:
                raise ValueError('a video needs at least one frame, got '
                                 f'frames of {tuple(x.shape)}')
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
        # Recognizer2D squeezes axis 2; Recognizer3D hands on all five
        z = z[:, :, None, :, None] if is_sequence else z[..., None, None]
        return z, dict()


def stack_frame_masks(data_samples: Sequence,
                      frames: Tensor,
                      valid: Tensor = None) -> FrameMasks:
    """Gather the masks that the pipeline has put into the data samples.

    Args:
        data_samples: Of a batch, or None; with ``frame_mask`` ``(V, T)`` and,
            in the official formulation, ``query_mask`` ``(V, T)`` and
            ``key_mask`` ``(1, T)``, or with none of them.
        frames: ``(B, T, C)``, names the device and T.
        valid: bool ``(B, T)``, false for padding.
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
    """``(B, V, T)``, false behind the end of a short video."""
    if any(mask is None for mask in masks):
        raise ValueError(f'some videos of the batch have a {key} and some '
                         'have none')
    if len(masks) != batch:
        raise ValueError(f'{len(masks)} videos have a {key}, but the batch '
                         f'holds {batch} rows of frames')
    num_frames = max(mask.shape[-1] for mask in masks)
    return torch.stack([
        torch.nn.functional.pad(mask, (0, num_frames - mask.shape[-1]))
        for mask in masks
    ])
