"""Batches of images that are filled across videos."""
from collections import deque
from typing import Any, Deque, Iterable, Iterator, List, NamedTuple, Tuple

import torch
from torch import Tensor


class Part(NamedTuple):
    """Images of one owner.

    Attributes:
        owner: Any object.
        images: ``(n, ...)``, n >= 1.
        is_last: Whether these are the last images of the owner.
    """
    owner: Any
    images: Tensor
    is_last: bool = True


def fill_batches(parts: Iterable[Part],
                 batch_size: int) -> Iterator[List[Part]]:
    """Parts of ``batch_size`` images in all, of one shape, in their order.

    A batch is smaller only at the end, or before images of another shape or
    type. Parts are split where a batch is full.

    Example:
        >>> parts = [Part('a', torch.zeros(3, 2)), Part('b', torch.ones(2, 2))]
        >>> for batch in fill_batches(parts, 4):
        ...     [(part.owner, len(part.images)) for part in batch]
        [('a', 3), ('b', 1)]
        [('b', 1)]
    """
    waiting: Deque[Part] = deque()
    count, kind = 0, None
    for part in parts:
        if waiting and kind != _kind(part.images):
            yield _take(waiting, count)
            count = 0
        kind = _kind(part.images)
        waiting.append(part)
        count += len(part.images)
        while count >= batch_size:
            yield _take(waiting, batch_size)
            count -= batch_size
    if waiting:
        yield _take(waiting, count)


def _kind(images: Tensor) -> Tuple[torch.Size, torch.dtype]:
    return images.shape[1:], images.dtype


def _take(waiting: Deque[Part], count: int) -> List[Part]:
    """Remove the first ``count`` images."""
    taken = []
    while count:
        owner, images, is_last = waiting.popleft()
        now, later = images[:count], images[count:]
        taken.append(Part(owner, now, is_last and not len(later)))
        if len(later):
            waiting.appendleft(Part(owner, later, is_last))
        count -= len(now)
    return taken
