"""Class counts for every component that uses them."""
from typing import Iterable, Optional

import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.lists.class_counts import (base_datasets,
                                                       count_classes,
                                                       iterate_transforms)
from projects_move.engine.utils import (built_loops, class_number,
                                        restart_workers, unwrap)
from projects_move.errors import InputError
from projects_move.models.class_counts import move_head_counts


@HOOKS.register_module()
class ClassCountsHook(Hook):
    """Counts the training videos of each class and sets the counts everywhere.

    It calls ``set_class_counts(counts)``, int64 ``(S,)``, on each module of
    the model (heads, losses), transform of the training pipeline and metric
    that has this method, and ``set_num_videos(n)`` on each module that has
    it. The buffer ``class_counts`` of the model saves the
    counts in the checkpoint, from which a test reads them.

    Args:
        on_class_mismatch: ``'error'`` refuses a checkpoint with other classes
            than the data set, ``'ignore'`` starts from its weights.

    Raises:
        InputError: If data set, model and checkpoint have different classes.
    """

    priority = 'VERY_HIGH'

    def __init__(self, on_class_mismatch: str = 'error') -> None:
        if on_class_mismatch not in ('error', 'ignore'):
            raise ValueError("on_class_mismatch must be 'error' or 'ignore', "
                             f'got {on_class_mismatch!r}')
        self.on_class_mismatch = on_class_mismatch

    def before_run(self, runner) -> None:
        """Add the buffer, so that a checkpoint can be loaded into it."""
        model = unwrap(runner.model)
        num_classes = class_number(model)
        if 'class_counts' not in model._buffers and num_classes is not None:
            device = next(model.parameters()).device
            model.register_buffer(
                'class_counts',
                torch.zeros(num_classes, dtype=torch.int64, device=device))

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        """Compare the classes of the checkpoint and of the data set."""
        move_head_counts(checkpoint.get('state_dict', {}))
        if self.on_class_mismatch == 'ignore':
            return
        meta = checkpoint.get('meta', {}).get('dataset_meta') or {}
        theirs, ours = meta.get('classes'), _classes(runner)
        counts = checkpoint.get('state_dict', {}).get('class_counts')
        num_classes = class_number(unwrap(runner.model))
        if not theirs or not ours:  # no names; the number may still differ
            if counts is None or num_classes in (None, len(counts)):
                return
            reason = f'{len(counts)} classes, the model {num_classes}'
        elif tuple(theirs) == tuple(ours):
            return
        elif len(theirs) != len(ours):
            reason = f'{len(theirs)} classes, the data set {len(ours)}'
        else:
            index = next(i for i, (a, b) in enumerate(zip(theirs, ours))
                         if a != b)
            reason = (f'class {index} as {theirs[index]!r}, the data set as '
                      f'{ours[index]!r}')
        raise InputError(
            f'the checkpoint has {reason}. To start from its weights anyway, '
            "set dict(type='ClassCountsHook', on_class_mismatch='ignore')")

    def before_train(self, runner) -> None:
        dataset = runner.train_dataloader.dataset
        counts = count_classes(dataset, class_number(unwrap(runner.model)))
        counts = torch.from_numpy(counts)
        num_videos = sum(len(base) for base in base_datasets(dataset))
        for module in unwrap(runner.model).modules():
            if hasattr(module, 'set_num_videos'):
                module.set_num_videos(num_videos)
        self._set_on_model(runner, counts)
        broadcast_counts(iterate_transforms(dataset), counts)
        restart_workers(runner)
        if runner.val_loop is not None:
            broadcast_counts(runner.val_loop.evaluator.metrics, counts)

    def before_val(self, runner) -> None:
        self._set_from_model(runner, runner.val_loop)

    def before_test(self, runner) -> None:
        self._set_from_model(runner, runner.test_loop)

    def _set_from_model(self, runner, loop) -> None:
        model = unwrap(runner.model)
        counts = model._buffers.get('class_counts')
        if counts is not None and counts.any():
            _check_dataset(loop.dataloader.dataset, len(counts))
            self._set_on_model(runner, counts.cpu())
            broadcast_counts(loop.evaluator.metrics, counts.cpu())

    def _set_on_model(self, runner, counts: torch.Tensor) -> None:
        model = unwrap(runner.model)
        if 'class_counts' in model._buffers:
            model.class_counts.copy_(counts)
        broadcast_counts(model.modules(), counts)


def broadcast_counts(components: Iterable, counts: torch.Tensor) -> None:
    """Set the counts of each component that has ``set_class_counts``."""
    for component in components:
        if hasattr(component, 'set_class_counts'):
            component.set_class_counts(counts)


def _classes(runner) -> Optional[tuple]:
    for loop in built_loops(runner):
        metainfo = getattr(loop.dataloader.dataset, 'metainfo', {})
        if metainfo.get('classes'):
            return metainfo['classes']
    return None


def _check_dataset(dataset, num_classes: int) -> None:
    classes = getattr(dataset, 'metainfo', {}).get('classes')
    if classes and len(classes) != num_classes:
        raise InputError(f'the model has {num_classes} classes, the data '
                         f'set {type(dataset).__name__} has {len(classes)}')
