"""Pipeline that runs on the videos of a batch together."""
from itertools import groupby
from typing import Callable, List, Optional, Union

from mmengine.dataset import Compose

from projects_move.structures import VideoBatch
from .transforms.batch_transform import BatchTransform, batch_form


class BatchPipeline(Compose):
    """MMEngine's ``Compose`` for batches.

    A transform with a batch form gets the whole batch. Other transforms get
    the videos one by one. Consecutive ones finish a video before they start
    the next, so that only one raw video is decoded at a time.

    Args:
        transforms: Transforms or their configs.
        on_error: Function of the results of a video and the error that its
            transforms raised; it may raise another error.
    """

    def __init__(self,
                 transforms: List[Union[dict, Callable]],
                 on_error: Optional[Callable[[dict, Exception],
                                             None]] = None) -> None:
        super().__init__(transforms)
        self.on_error = on_error

    def run(self, batch: VideoBatch) -> VideoBatch:
        """Transform a batch. A video for which a transform returns None is
        left out."""
        for kind, group in groupby(self.transforms, _kind):
            if not len(batch):
                break
            if kind == 'one by one':
                batch = batch.map(self._one_by_one(list(group)))
                continue
            for transform in group:
                form = batch_form(transform)
                batch = batch.map(self._one_by_one(
                    [transform])) if form is None else form(batch)
        return batch

    def _one_by_one(self, transforms: List[Callable]) -> Callable:

        def run(results: dict) -> Optional[dict]:
            given = dict(results)
            try:
                for transform in transforms:
                    results = transform(results)
                    if results is None:
                        return None
            except Exception as error:  # decoders raise errors of any type
                if self.on_error is not None:
                    self.on_error(given, error)
                raise
            return results

        return run


def _kind(transform: Callable) -> str:
    """Kind of a transform. A batch transform is never grouped with others,
    so that its random numbers do not depend on whether it has a batch form."""
    return 'batch' if isinstance(transform, BatchTransform) else 'one by one'
