"""What a worker sends stays as it is until it is dropped."""
import gc

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from projects_move.structures import BatchMemory
from projects_move.structures.batch_memory import KEPT, Sent

COUNT = 40


class Numbers(Dataset):
    """Batches of their own index, with the piece of memory they lie in."""

    def __init__(self):
        self.memory = BatchMemory()

    def __len__(self):
        return COUNT

    def __getitem__(self, index):
        batch, _ = self.memory.to_send((3, 5), np.dtype('float32'))
        batch.fill_(index)
        return Sent(batch), len(self.memory._pieces)


def loader(**kwargs):
    return DataLoader(
        Numbers(), batch_size=None, shuffle=False, num_workers=2, **kwargs)


@pytest.mark.parametrize('kept', [1, 3, COUNT])
def test_what_is_kept_is_not_overwritten(kept):
    found, pieces = [], 0
    for batch, pieces in loader():
        assert batch.shape == (3, 5) and batch.dtype == torch.float32
        found = found[1 - kept:] if kept > 1 else []
        found.append(batch[1:])  # a part holds the whole
        del batch
    for i, part in enumerate(found, COUNT - len(found)):
        assert (part == i).all()
    assert pieces <= kept + 4  # two of each worker are on their way


def test_pieces_come_back():
    """Over epochs, and where one was left early."""
    numbers = loader(persistent_workers=True)
    most = []
    for epoch in range(4):
        for i, (batch, pieces) in enumerate(numbers):
            assert (batch == i).all()
            if epoch == 1 and i == 5:
                break
        del batch
        gc.collect()
        most.append(pieces)
    assert max(most) <= 5


def test_where_there_is_no_worker():
    memory = BatchMemory()
    shape, dtype = (2, 2), np.dtype('float16')
    one, other = (memory.empty(shape, dtype)[0] for _ in range(2))
    assert one.dtype == torch.float16 and one.shape == shape
    place = one.data_ptr()
    assert place != other.data_ptr()
    part = one[0]
    del one
    assert memory.empty(shape, dtype)[0].data_ptr() != place
    del part
    assert memory.empty(shape, dtype)[0].data_ptr() == place


class Growing(Numbers):
    """Batches of many sizes."""

    def __getitem__(self, index):
        batch, _ = self.memory.to_send((1 + index * 7 % 11, 5),
                                       np.dtype('float32'))
        batch.fill_(index)
        return Sent(batch), len(self.memory._pieces)


def test_batches_of_many_sizes_share_pieces():
    pieces = []
    for i, (batch, count) in enumerate(
            DataLoader(Growing(), batch_size=None, num_workers=1)):
        assert batch.shape == (1 + i * 7 % 11, 5) and (batch == i).all()
        pieces.append(count)
    assert max(pieces) <= 5


def test_what_a_worker_inherits_is_not_sent():
    data = Numbers()
    data.memory.to_send((3, 5), np.dtype('float32'))  # free, and not shared
    for i, (batch, pieces) in enumerate(
            DataLoader(data, batch_size=None, num_workers=1)):
        assert (batch == i).all()
    assert pieces <= 5


def test_how_much_is_kept_where_there_is_no_worker():
    memory = BatchMemory()
    kept = [memory.empty((3, 7), np.dtype('float32'))[0] for _ in range(50)]
    for i, batch in enumerate(kept):
        batch.fill_(i)
    assert [int(batch.unique()) for batch in kept] == [*range(50)]
    assert len(memory._own) == KEPT
    small = memory.empty((1, ), np.dtype('float32'))[0]
    del kept
    large = {
        np.frombuffer(piece.memory, np.uint8).ctypes.data
        for piece in memory._own if len(piece.memory) > 4
    }
    # what is much larger than what is asked for waits for another batch
    assert memory.empty((1, ), np.dtype('float32'))[0].data_ptr() not in large
    assert memory.empty((2, 6), np.dtype('float32'))[0].data_ptr() in large
    assert small.shape == (1, )


def test_arrays_of_a_batch_keep_it():
    memory = BatchMemory()
    for of_tensor in (True, False):
        batch, array = memory.empty((3, 7), np.dtype('float32'))
        part = (batch.numpy() if of_tensor else array)[1:, 2:]
        place = batch.data_ptr()
        del batch, array
        assert memory.empty((3, 7), np.dtype('float32'))[0].data_ptr() != place
        del part
        assert memory.empty((3, 7), np.dtype('float32'))[0].data_ptr() == place
