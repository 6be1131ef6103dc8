"""Memory of the pool is not used again before it is free."""
import gc

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from projects_move.structures import BufferPool, buffer_pool
from projects_move.structures.buffer_pool import MAX_FREE

COUNT = 40
FLOAT = np.dtype('float32')


class Numbers(Dataset):
    """Batches filled with their index, and the number of buffers so far."""

    def __init__(self, height=lambda index: 3):
        self.pool = BufferPool()
        self.height = height

    def __len__(self):
        return COUNT

    def filled(self, index):
        batch = self.pool.empty_batch((self.height(index), 5), FLOAT)
        batch.fill(index)
        return batch

    def __getitem__(self, index):
        sent = self.pool.to_send(torch.from_numpy(self.filled(index)))
        return sent, len(self.pool._buffers)


class Rows(Numbers):
    """Batches whose rows are sent one by one."""

    def __getitem__(self, index):
        return [torch.from_numpy(row) for row in self.filled(index)]


def varying_height(index):
    return 1 + index * 7 % 11


def loader(data=None, **kwargs):
    return DataLoader(data or Numbers(), batch_size=None, **kwargs)


@pytest.mark.parametrize('kept', [1, 3, COUNT])
def test_received_batches_are_not_overwritten(kept):
    found, buffers = [], 0
    for batch, buffers in loader(num_workers=2):
        assert batch.shape == (3, 5) and batch.dtype == torch.float32
        found = found[1 - kept:] if kept > 1 else []
        found.append(batch[1:])  # a view keeps the whole batch
        del batch
    for i, part in enumerate(found, COUNT - len(found)):
        assert (part == i).all()
    assert buffers <= kept + 4  # two of each worker are prefetched


def test_buffers_come_back_over_epochs():
    """Also after an epoch that was left early."""
    numbers = loader(num_workers=2, persistent_workers=True)
    most = []
    for epoch in range(4):
        for i, (batch, buffers) in enumerate(numbers):
            assert (batch == i).all()
            if epoch == 1 and i == 5:
                break
        del batch
        gc.collect()
        most.append(buffers)
    assert max(most) <= 5


def test_batches_of_varying_size_share_buffers():
    most = 0
    for i, (batch, buffers) in enumerate(
            loader(Numbers(varying_height), num_workers=1)):
        assert batch.shape == (varying_height(i), 5) and (batch == i).all()
        most = max(most, buffers)
    assert most <= 5 + MAX_FREE


def test_buffers_inherited_by_a_worker_are_not_sent():
    data = Numbers()
    data.pool.empty_batch((3, 5), FLOAT)  # free, and not shared
    for i, (batch, _) in enumerate(loader(data, num_workers=1)):
        assert (batch == i).all()


def test_only_whole_batches_are_sent_as_they_are():
    pool = BufferPool()
    batch = torch.from_numpy(pool.empty_batch((3, 5), FLOAT))
    assert pool.to_send(batch) is batch  # no worker, no shared memory
    assert isinstance(pool.to_send(batch[1:]), torch.Tensor)


@pytest.mark.parametrize('shared', [False, True])
@pytest.mark.parametrize('view', [
    lambda array: array[1:, 2:], torch.from_numpy,
    lambda array: torch.from_numpy(array[0]),
    lambda array: torch.from_numpy(array)[1:].numpy()
])
def test_views_keep_an_array(view, shared, monkeypatch):
    if shared:
        monkeypatch.setattr(buffer_pool, 'get_worker_info', lambda: 'worker')
    pool = BufferPool()
    array = pool.empty_batch((3, 7), FLOAT)
    assert pool._buffers[0].shared == shared
    address, part = array.ctypes.data, view(array)
    del array
    assert pool.empty_batch((3, 7), FLOAT).ctypes.data != address
    del part
    gc.collect()
    assert pool.empty_batch((3, 7), FLOAT).ctypes.data == address


@pytest.mark.parametrize('turn', range(5))
def test_rows_sent_one_by_one_are_not_overwritten(turn):
    for i, rows in enumerate(loader(Rows(), num_workers=1)):
        assert all((row == i).all() for row in rows)


def test_sizes():
    """A much larger buffer waits for a larger array."""
    pool = BufferPool()
    used = [pool.empty((3, 7), FLOAT) for _ in range(50)]
    for i, array in enumerate(used):
        array.fill(i)
    assert [int(array[0, 0]) for array in used] == [*range(50)]
    large = {array.ctypes.data for array in used}
    del used, array
    assert pool.empty((1, ), FLOAT).ctypes.data not in large
    assert pool.empty((2, 6), FLOAT).ctypes.data in large
    assert len(pool._buffers) <= MAX_FREE
