"""Transforms that handle the videos of a batch together."""
from abc import abstractmethod
from typing import Callable, Optional

from mmcv.transforms import BaseTransform

from projects_move.structures import VideoBatch


class BatchTransform(BaseTransform):
    """Transform with a batch form, :meth:`transform_batch`.

    Anywhere else than in the pipeline of a data set of this package it is a
    transform like any other: one video is a batch of one.
    """

    @abstractmethod
    def transform_batch(self, batch: VideoBatch) -> VideoBatch:
        """Transform all videos of a batch."""

    def transform(self, results: dict) -> Optional[dict]:
        return self.transform_batch(VideoBatch.of_rows([results]))[0]


def batch_form(transform: Callable) -> Optional[Callable]:
    """Batch form of a transform; None where it has none, or where a subclass
    changes what the transform does to one video and not its batch form."""
    for base in type(transform).__mro__:
        if 'transform_batch' in vars(base):
            return transform.transform_batch
        if 'transform' in vars(base) or '__call__' in vars(base):
            return None
    return None
