"""Memory of batches that is used again and again.

A page of fresh memory costs several times what it costs to fill it, and what
a worker of a data loader sends away is fresh for every batch. Here a piece is
free again once what lies in it has been dropped, by whatever process.
"""
import math
import weakref
from typing import List, Tuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import get_worker_info

TAIL = 64  # bytes behind a batch; the first says whether the batch is in use
KEPT = 8  # pieces at the most, where there is no worker


class BatchMemory:
    """Makes room in the process that it is used in, for one thread."""

    def __init__(self) -> None:
        self._pieces: List[Tensor] = []  # shared, of a worker
        self._own: List[_Piece] = []  # of any other process

    def __getstate__(self) -> dict:
        return dict(_pieces=[], _own=[])  # each process has its own

    def empty(self, shape: Tuple[int, ...],
              dtype: np.dtype) -> Tuple[Tensor, np.ndarray]:
        """Room until it is dropped, as a tensor and as its array; of the
        kind, where there is a GPU, that it copies from fastest."""
        if not torch.cuda.is_initialized():
            size = math.prod(shape) * dtype.itemsize
            return self._own_piece(size).lend(shape, dtype)
        # torch knows until when a GPU copies from it
        like = torch.from_numpy(np.empty(0, dtype))
        pinned = like.new_empty(shape, pin_memory=True)
        return pinned, pinned.numpy()

    def to_send(self, shape: Tuple[int, ...],
                dtype: np.dtype) -> Tuple[Tensor, np.ndarray]:
        """Room for what is to be :class:`Sent` from a worker, shared, and
        until the next call where it is not; :meth:`empty` elsewhere."""
        if get_worker_info() is None:
            return self.empty(shape, dtype)
        like = torch.from_numpy(np.empty(0, dtype))
        size = math.prod(shape) * dtype.itemsize
        batch = self._shared_piece(size)[:size].view(like.dtype).view(shape)
        return batch, batch.numpy()

    def _own_piece(self, size: int) -> '_Piece':
        for piece in self._own:
            if size <= len(piece.memory) <= 2 * size and piece.is_free:
                return piece
        self._own = self._own[1 - KEPT:] + [_Piece(size)]
        return self._own[-1]

    def _shared_piece(self, size: int) -> Tensor:
        for piece in self._pieces:
            if len(piece) >= size + TAIL and not piece[-TAIL]:
                return piece
        self._pieces = [  # what is free is too small
            piece for piece in self._pieces if piece[-TAIL]
        ]
        piece = torch.empty(0, dtype=torch.uint8)
        piece.set_(torch.UntypedStorage._new_shared(size + TAIL))
        piece[-TAIL] = 0
        self._pieces.append(piece)
        return piece


class Sent:
    """A batch of :meth:`BatchMemory.to_send` on its way from a worker: what
    arrives is the tensor. The worker does not touch its memory before that
    tensor, and all that share its memory, are gone.

    Args:
        batch: The whole of what ``to_send`` gave.
    """

    def __init__(self, batch: Tensor) -> None:
        self.batch = batch
        piece = torch.empty(0, dtype=torch.uint8).set_(batch.untyped_storage())
        piece[-TAIL] = 1

    def __reduce__(self) -> tuple:
        return _receive, (self.batch.untyped_storage(), self.batch.dtype,
                          self.batch.shape)


def _receive(storage: torch.UntypedStorage, dtype: torch.dtype,
             shape: torch.Size) -> Tensor:
    piece = torch.empty(0, dtype=torch.uint8).set_(storage).numpy()
    size = shape.numel() * dtype.itemsize
    batch = torch.from_numpy(np.asarray(_Lease(piece)))[:size]
    return batch.view(dtype).view(shape)


class _Lease:
    """Says that a piece is free again when the last array in it goes."""

    def __init__(self, piece: np.ndarray) -> None:
        self.piece = piece
        self.__array_interface__ = piece[:-TAIL].__array_interface__

    def __del__(self) -> None:
        self.piece[-TAIL] = 0


class _Piece:
    """Memory of one process, which is lent to one batch after another."""

    def __init__(self, size: int) -> None:
        self.memory = bytearray(size)
        self.borrower = _nobody

    @property
    def is_free(self) -> bool:
        return self.borrower() is None

    def lend(self, shape: Tuple[int, ...],
             dtype: np.dtype) -> Tuple[Tensor, np.ndarray]:
        array = np.ndarray(shape, dtype, self.memory)
        # the tensor, and all that share its memory, keep this very array: no
        # array owns the memory, so views are not of that one instead
        self.borrower = weakref.ref(array)
        return torch.from_numpy(array), array


def _nobody() -> None:
    """A reference to an array that is gone."""
