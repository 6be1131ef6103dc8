"""Transforms that handle the videos of a batch together."""
from abc import abstractmethod
from typing import Callable, Optional

from mmcv.transforms import BaseTransform

from projects_move.structures import VideoBatch


class BatchTransform(BaseTransform):
    """Transform with a batch form, :meth:`transform_batch`.

    In a pipeline other than a ``BatchPipeline`` it transforms single videos,
    each as a batch of one.
    """

    @abstractmethod
    def transform_batch(self, batch: VideoBatch) -> VideoBatch:
        """Transform all videos of a batch."""

    def transform(self, results: dict) -> Optional[dict]:
        return self.transform_batch(VideoBatch.of_rows([results]))[0]


def batch_form(transform: Callable) -> Optional[Callable]:
    """Batch form of a transform, or None.

    A subclass that overrides ``transform`` but not ``transform_batch`` has no
    batch form.
    """
    if 'transform' in getattr(transform, '__dict__', ()):
        return None  # overridden on the object
    for base in type(transform).__mro__:
        if 'transform_batch' in vars(base):
            return transform.transform_batch
        if 'transform' in vars(base) or '__call__' in vars(base):
            return None
    return None
