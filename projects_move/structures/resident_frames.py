"""A batch of frames that are in the memory of the device already."""
from typing import Optional

import torch
from torch import Tensor

from .batch_memory import Sent


class ResidentFrames:
    """Says where the frames of B videos lie.

    Args:
        rows: Of the resident frames, int64 ``(B, T)``; what it says of a video
            that is not resident does not count.
        others: Frames of the videos that are not, ``(B', T, C)``.
        places: Of these in the batch, int64 ``(B',)``, where there are any.
    """

    def __init__(self,
                 rows: Tensor,
                 others: Optional[Tensor] = None,
                 places: Optional[Tensor] = None) -> None:
        self.rows = rows
        self.others = others
        self.places = places

    def __len__(self) -> int:
        return len(self.rows)

    def sent(self) -> 'ResidentFrames':
        """On its way from the worker of a data loader; see :class:`Sent`."""
        others = None if self.others is None else Sent(self.others)
        return ResidentFrames(self.rows, others, self.places)

    def pin_memory(self) -> 'ResidentFrames':
        """What a data loader calls to speed copies to a GPU up."""
        parts = (self.rows, self.others, self.places)
        return ResidentFrames(*(part if part is None else part.pin_memory()
                                for part in parts))

    def gather(self, frames: Tensor) -> Tensor:
        """The batch, ``(B, T, C)``.

        Args:
            frames: All that are resident, one video after the other,
                ``(R, C)``, on any device.
        """
        rows = self.rows.to(frames.device, non_blocking=True)
        batch = frames[rows]
        if self.others is not None:
            places, others = (
                part.to(frames.device, non_blocking=True)
                for part in (self.places, self.others))
            batch = batch.to(torch.promote_types(batch.dtype, others.dtype))
            batch[places] = others.to(batch.dtype)
        return batch
