"""Positions of the draws of a sampler, from which a batch is seeded."""
from typing import Iterator

from torch.utils.data import Sampler


class PositionedIndex(int):
    """Index of a video, with the epoch and the position of its draw.

    It keeps the attributes of the index that a sampler returned, such as
    ``drawn_class``.
    """
    epoch: int
    position: int

    def __new__(cls,
                index: int,
                epoch: int = 0,
                position: int = 0) -> 'PositionedIndex':
        self = super().__new__(cls, index)
        self.__dict__.update(getattr(index, '__dict__', {}))
        self.epoch = epoch
        self.position = position
        return self


class PositionedSampler(Sampler):
    """Draws of another sampler, with their positions.

    Args:
        sampler: Sampler of a data loader.

    Attributes:
        epoch: Epoch of the next iteration; each iteration increments it.
        start: Number of draws that the next iteration leaves out.
    """

    def __init__(self, sampler: Sampler) -> None:
        self.sampler = sampler
        self.epoch = 0
        self.start = 0

    def __iter__(self) -> Iterator[int]:
        epoch, start = self.epoch, self.start
        self.epoch, self.start = epoch + 1, 0
        for position, index in enumerate(self.sampler):
            if position >= start:
                yield PositionedIndex(index, epoch, position)

    def __len__(self) -> int:
        return len(self.sampler)
