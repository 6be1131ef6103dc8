"""Batches whose random numbers depend on what is drawn, not on who draws."""
from typing import Sequence

from torch.utils.data import DataLoader, Dataset

from projects_move.errors import InputError
from projects_move.utils.seeding import seed_generators
from .samplers.positioned_sampler import PositionedIndex, PositionedSampler

DATA, STEP = 0, 1  # first number of the keys of random numbers


class SeededBatches:
    """``__getitems__`` of a data set, which seeds each batch.

    The seed of a batch follows from that of the run, from the epoch, the
    position of the first video in the epoch, and the rank. The number of
    workers, and batches that were loaded before, make no difference. A batch
    without positions is loaded without a seed.

    Args:
        dataset: Any data set.
        seed: Seed of the run.
        rank: Rank of this process.
    """

    def __init__(self, dataset: Dataset, seed: int, rank: int) -> None:
        self.dataset = dataset
        self.seed = seed
        self.rank = rank

    def __call__(self, indices: Sequence[int]) -> Sequence[dict]:
        first = indices[0] if len(indices) else None
        if isinstance(first, PositionedIndex):
            seed_generators(self.seed, DATA, first.epoch, first.position,
                            self.rank)
        load = getattr(type(self.dataset), '__getitems__', None)
        if load is not None:
            return load(self.dataset, indices)
        return [self.dataset[index] for index in indices]


def seed_batches(loader: DataLoader, seed: int,
                 rank: int) -> PositionedSampler:
    """Seed each batch of a data loader before its next iteration.

    Returns:
        Sampler of the data loader with positions.

    Raises:
        InputError: For a batch sampler without ``sampler``.
    """
    batches = loader.batch_sampler
    if not hasattr(batches, 'sampler'):
        raise InputError(
            'SeededDrawsHook expects a batch sampler with the attribute '
            f'sampler, as torch has, found {type(batches).__name__}')
    if not isinstance(batches.sampler, PositionedSampler):
        batches.sampler = PositionedSampler(batches.sampler)
    # a data loader reads this attribute of the object
    loader.dataset.__getitems__ = SeededBatches(loader.dataset, seed, rank)
    return batches.sampler
