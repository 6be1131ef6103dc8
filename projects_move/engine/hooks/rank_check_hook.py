"""Check that the ranks of a distributed training have the same work."""
from typing import Any

from mmengine.dist import all_gather_object, get_world_size
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.lists.class_counts import count_classes
from projects_move.engine.utils import class_number, unwrap
from projects_move.errors import InputError


@HOOKS.register_module()
class RankCheckHook(Hook):
    """Compares the data sets and the number of batches of all ranks.

    A rank with fewer batches would leave the others waiting in their next
    step. A rank with another list would train on it without a word.

    Raises:
        InputError: On each rank, with the values of all ranks.
    """

    priority = 'VERY_HIGH'

    def before_train(self, runner) -> None:
        if get_world_size() == 1:
            return
        loader = runner.train_dataloader
        _require_same('videos in the training list', len(loader.dataset))
        counts = count_classes(loader.dataset,
                               class_number(unwrap(runner.model)))
        _require_same('training videos of each class', counts.tolist())
        _require_same(
            'batches in an epoch', len(loader),
            'set train_dataloader.sampler.round_up=True, or batch sizes that '
            'give each rank the same number of batches')

    def before_val(self, runner) -> None:
        self._compare(runner.val_dataloader)

    def before_test(self, runner) -> None:
        self._compare(runner.test_dataloader)

    @staticmethod
    def _compare(loader) -> None:
        _require_same('videos in the list', len(loader.dataset))


def _require_same(what: str,
                  value: Any,
                  remedy: str = 'give each rank the same files') -> None:
    values = all_gather_object(value)
    other = next((i for i, each in enumerate(values) if each != values[0]),
                 None)
    if other is not None:
        raise InputError(f'the ranks differ in the number of {what}: '
                         f'{_text(values[0])} on rank 0, '
                         f'{_text(values[other])} on rank {other}: {remedy}')


def _text(value: Any) -> str:
    text = str(value)
    return text if len(text) < 80 else text[:80] + '...'
