"""Memory for batches that is used again and again.

A page of fresh memory costs several times what it costs to fill it, and a
worker of a data loader needs fresh memory for each batch that it sends away.
A buffer of the pool is free again once all arrays and tensors in it are gone,
in every process.
"""
import ctypes
import math
import weakref
from typing import List, Optional, Tuple, Union

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import get_worker_info

FLAG_BYTES = 64  # behind the data; the first says whether a receiver uses it
MAX_FREE = 8  # free buffers that are kept


class BufferPool:
    """Arrays in reused memory, shared memory in the worker of a data loader.

    One for each process; not for several threads.
    """

    def __init__(self) -> None:
        self._buffers: List[_Buffer] = []

    def empty(self, shape: Tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """Array of arbitrary content."""
        return self._array(shape, dtype, shared=False)

    def empty_batch(self, shape: Tuple[int, ...],
                    dtype: np.dtype) -> np.ndarray:
        """Array of arbitrary content that :meth:`to_send` may send."""
        return self._array(shape, dtype, get_worker_info() is not None)

    def _array(self, shape: Tuple[int, ...], dtype: np.dtype,
               shared: bool) -> np.ndarray:
        size = math.prod(shape) * dtype.itemsize
        free = [buffer for buffer in self._buffers if buffer.is_free]
        for buffer in free:
            if buffer.shared == shared and size <= buffer.size <= 2 * size:
                return buffer.array(shape, dtype)
        for buffer in free[:len(free) + 1 - MAX_FREE]:
            self._buffers.remove(buffer)
        self._buffers.append(_Buffer(size, shared))
        return self._buffers[-1].array(shape, dtype)

    def to_send(self, batch: Tensor) -> Union[Tensor, 'SharedBatch']:
        """The tensor in a form that another process receives without a copy,
        where it is one whole array of this pool in shared memory."""
        for buffer in self._buffers:
            if buffer.shared and buffer.holds(batch):
                return SharedBatch(buffer, batch)
        return batch

    def __reduce__(self) -> tuple:
        return BufferPool, ()  # another process has buffers of its own


class SharedBatch:
    """Tensor in shared memory on its way to another process, where it
    arrives as a tensor. Its memory is used again when the tensor there, and
    all that share its memory, are gone."""

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
    """Owner of received memory; marks it as free when it is deleted."""

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
        self.memory: Union[bytearray,
                           ctypes.Array] = bytearray(0 if shared else size +
                                                     FLAG_BYTES)
        if shared:
            self.storage = torch.UntypedStorage._new_shared(size + FLAG_BYTES)
            memory = torch.empty(0, dtype=torch.uint8).set_(self.storage)
            kind = ctypes.c_uint8 * len(memory)
            self.memory = kind.from_buffer(memory.numpy())
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
        # views refer to this array, and not to the array below it, as its
        # memory is no array
        array = np.ndarray(shape, dtype, self.memory)
        self._array = weakref.ref(array)
        return array

    def holds(self, batch: Tensor) -> bool:
        """Whether a tensor is the whole array."""
        array = self._array()
        return array is not None and batch.is_contiguous() and \
            batch.data_ptr() == array.ctypes.data and \
            batch.nbytes == array.nbytes


def _no_array() -> None:
    """Stand-in for the reference to an array that does not exist."""


POOL = BufferPool()
