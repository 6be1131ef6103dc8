"""Pool of reusable batch buffers.

The allocation of a page of memory takes several times as long as filling it,
and without a pool a worker of a data loader allocates each batch that it
sends. A buffer is reused after all arrays and tensors in it are deleted, in
every process.
"""
import ctypes
import math
import threading
import weakref
from typing import List, Optional, Tuple, Union

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import get_worker_info

FLAG_BYTES = 64  # after the data; the first is 1 while a receiver uses them
ALIGNMENT = 64  # the kernel copies to other addresses at a fifth of the rate
MAX_FREE = 8  # number of free buffers to keep


class BufferPool(threading.local):
    """Pool of buffers, which are in shared memory in a data loader's worker.

    Each process and each thread has its own buffers.
    """

    def __init__(self) -> None:
        self._buffers: List[_Buffer] = []

    def empty(self, shape: Tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """Uninitialized array."""
        return self._array(shape, dtype, shared=False)

    def empty_batch(self, shape: Tuple[int, ...],
                    dtype: np.dtype) -> np.ndarray:
        """Uninitialized array that :meth:`to_send` can share."""
        return self._array(shape, dtype, get_worker_info() is not None)

    def _array(self, shape: Tuple[int, ...], dtype: np.dtype,
               shared: bool) -> np.ndarray:
        size = math.prod(shape) * dtype.itemsize
        free = [buffer for buffer in self._buffers if buffer.is_free]
        for buffer in free:
            if buffer.shared == shared and size <= buffer.size <= 2 * size:
                return buffer.array(shape, dtype)
        for buffer in free[:max(len(free) + 1 - MAX_FREE, 0)]:
            self._buffers.remove(buffer)
        self._buffers.append(_Buffer(size, shared))
        return self._buffers[-1].array(shape, dtype)

    def to_send(self, batch: Tensor) -> Union[Tensor, 'SharedBatch']:
        """The tensor as a ``SharedBatch``, which is sent without a copy, if it
        is a whole shared array of this pool; else the tensor itself."""
        for buffer in self._buffers:
            if buffer.shared and not buffer.is_received and \
                    buffer.holds(batch):  # one receiver frees it
                return SharedBatch(buffer, batch)
        return batch

    def __reduce__(self) -> tuple:
        return BufferPool, ()  # another process has its own buffers


class SharedBatch:
    """Tensor in shared memory that is sent to another process.

    The receiver gets a tensor. The buffer is reused after this tensor and all
    its views are deleted.
    """

    def __init__(self, buffer: '_Buffer', batch: Tensor) -> None:
        self.storage = buffer.storage
        self.dtype, self.shape = batch.dtype, batch.shape
        buffer.is_received = True

    def __reduce__(self) -> tuple:
        return _receive, (self.storage, self.dtype, self.shape)


def _receive(storage: torch.UntypedStorage, dtype: torch.dtype,
             shape: torch.Size) -> Tensor:
    memory = torch.empty(0, dtype=torch.uint8).set_(storage).numpy()
    size = shape.numel() * dtype.itemsize
    batch = torch.from_numpy(np.asarray(_Receipt(memory)))[:size]
    return batch.view(dtype).view(shape)


class _Receipt:
    """Owner of a received buffer, which it marks as free when deleted."""

    def __init__(self, memory: np.ndarray) -> None:
        self.memory = memory
        self.__array_interface__ = memory[:-FLAG_BYTES].__array_interface__

    def __del__(self) -> None:
        self.memory[-FLAG_BYTES] = 0


class _Buffer:
    """Memory that holds one array at a time."""

    def __init__(self, size: int, shared: bool) -> None:
        self.size, self.shared = size, shared
        self.storage: Optional[torch.UntypedStorage] = None
        if shared:
            self.storage = torch.UntypedStorage._new_shared(size + FLAG_BYTES)
            memory = torch.empty(
                0, dtype=torch.uint8).set_(self.storage).numpy()
        else:
            memory = np.zeros(size + FLAG_BYTES + ALIGNMENT, np.uint8)
        kind = ctypes.c_uint8 * (size + FLAG_BYTES)
        self.memory = kind.from_buffer(memory, -memory.ctypes.data % ALIGNMENT)
        self.is_received = False
        self._array = _no_array

    @property
    def is_received(self) -> bool:
        """Whether another process uses the memory."""
        return bool(self.memory[self.size])

    @is_received.setter
    def is_received(self, value: bool) -> None:
        self.memory[self.size] = value

    @property
    def is_free(self) -> bool:
        return self._array() is None and not self.is_received

    def array(self, shape: Tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        # numpy makes this array the base of its views, because its own base
        # is no array
        array = np.ndarray(shape, dtype, self.memory)
        self._array = weakref.ref(array)
        return array

    def holds(self, batch: Tensor) -> bool:
        """Whether a tensor is the whole array of this buffer."""
        array = self._array()
        return array is not None and batch.is_contiguous() and \
            batch.data_ptr() == array.ctypes.data and \
            batch.nbytes == array.nbytes


def _no_array() -> None:
    """Weak reference of a buffer without array."""


POOL = BufferPool()
