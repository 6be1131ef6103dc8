"""Memory of batches that is used again and again.

A page of fresh memory costs several times what it costs to fill it, and what
a worker of a data loader sends away is fresh for every batch. Here a piece is
free again once the batch in it has been dropped, by whatever process.
"""
from typing import List, Tuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import get_worker_info

TAIL = 64  # bytes behind a batch; the first says whether the batch is in use


class BatchMemory:
    """Makes room for batches in the process that it is used in."""

    def __init__(self) -> None:
        self._pieces: List[Tensor] = []

    def __getstate__(self) -> dict:
        return dict(_pieces=[])  # each process has its own

    def empty(self, shape: Tuple[int, ...], dtype: np.dtype) -> Tensor:
        """Room for a batch: in a worker a part of shared memory, to be sent
        by :class:`Sent`; elsewhere what a GPU, where there is one, copies
        from fastest."""
        like = torch.from_numpy(np.empty(0, dtype))
        in_worker = get_worker_info() is not None
        if not in_worker and torch.cuda.is_initialized():
            # torch knows until when a GPU copies from it
            return like.new_empty(shape, pin_memory=True)
        size = int(np.prod(shape)) * like.element_size()
        piece = self._free_piece(size, in_worker)
        if in_worker:
            return piece[:size].view(like.dtype).view(shape)
        piece[-TAIL] = 1
        return _receive(piece.untyped_storage(), like.dtype, torch.Size(shape))

    def _free_piece(self, size: int, shared: bool) -> Tensor:
        for piece in self._pieces:
            if len(piece) >= size + TAIL and not piece[-TAIL] and \
                    piece.is_shared() == shared:
                return piece
        self._pieces = [  # what is free is too small
            piece for piece in self._pieces if piece[-TAIL]
        ]
        piece = torch.empty(0 if shared else size + TAIL, dtype=torch.uint8)
        if shared:
            piece.set_(torch.UntypedStorage._new_shared(size + TAIL))
        piece[-TAIL] = 0
        self._pieces.append(piece)
        return piece


class Sent:
    """A batch of :meth:`BatchMemory.empty` on its way from a worker: what
    arrives is the tensor. The worker does not touch its memory before that
    tensor, and all that share its memory, are gone.

    Args:
        batch: The whole of what ``empty`` gave.
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
