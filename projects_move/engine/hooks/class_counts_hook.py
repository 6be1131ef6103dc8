"""The one way of the class counts, from annotations to whoever needs them."""
from typing import Optional

import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.lists.class_counts import (count_classes,
                                                       iterate_transforms)
from projects_move.engine.utils import built_loops, restart_workers, unwrap


@HOOKS.register_module()
class ClassCountsHook(Hook):
    """Counts the training videos of each class and tells everyone.

    Told are all modules of the model (heads, losses), the transforms of the
    training pipeline and the metrics that have a method
    ``set_class_counts(counts)``, int64 ``(S,)``. The counts live in the
    buffer ``class_counts`` of the model and so in its checkpoint, from where
    a test takes them.

    Args:
        other_classes: ``'refuse'`` a checkpoint of other classes than the
            data set's, or ``'allow'`` it, to start from its weights.

    Raises:
        ValueError: Where data set, model and checkpoint do not agree on the
            classes.
    """

    priority = 'VERY_HIGH'

    def __init__(self, other_classes: str = 'refuse') -> None:
        if other_classes not in ('refuse', 'allow'):
            raise ValueError("other_classes must be 'refuse' or 'allow', got "
                             f'{other_classes!r}')
        self.other_classes = other_classes

    def before_run(self, runner) -> None:
        """Make room for the counts before a checkpoint is loaded."""
        model = unwrap(runner.model)
        num_classes = _num_classes(model)
        if 'class_counts' not in model._buffers and num_classes is not None:
            device = next(model.parameters()).device
            model.register_buffer(
                'class_counts',
                torch.zeros(num_classes, dtype=torch.int64, device=device))

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        """Compare the classes of the checkpoint with the data set's."""
        if self.other_classes == 'allow':
            return
        known = checkpoint.get('meta', {}).get('dataset_meta') or {}
        theirs, ours = known.get('classes'), _classes(runner)
        counts = checkpoint.get('state_dict', {}).get('class_counts')
        num_classes = _num_classes(unwrap(runner.model))
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
        raise ValueError(
            f'the checkpoint has {reason}. To start from its weights anyway, '
            "set dict(type='ClassCountsHook', other_classes='allow')")

    def before_train(self, runner) -> None:
        dataset = runner.train_dataloader.dataset
        counts = count_classes(dataset, _num_classes(unwrap(runner.model)))
        counts = torch.from_numpy(counts)
        self._tell_model(runner, counts)
        for transform in iterate_transforms(dataset):
            _tell(transform, counts)
        restart_workers(runner)
        if runner.val_loop is not None:
            self._tell_metrics(runner.val_loop, counts)

    def before_val(self, runner) -> None:
        self._tell_from_model(runner, runner.val_loop)

    def before_test(self, runner) -> None:
        self._tell_from_model(runner, runner.test_loop)

    def _tell_from_model(self, runner, loop) -> None:
        model = unwrap(runner.model)
        counts = model._buffers.get('class_counts')
        if counts is not None and counts.any():
            _check_dataset(loop.dataloader.dataset, len(counts))
            self._tell_model(runner, counts.cpu())
            self._tell_metrics(loop, counts.cpu())

    def _tell_model(self, runner, counts: torch.Tensor) -> None:
        model = unwrap(runner.model)
        if 'class_counts' in model._buffers:
            model.class_counts.copy_(counts)
        for module in model.modules():
            _tell(module, counts)

    @staticmethod
    def _tell_metrics(loop, counts: torch.Tensor) -> None:
        for metric in loop.evaluator.metrics:
            _tell(metric, counts)


def _tell(listener, counts: torch.Tensor) -> None:
    if hasattr(listener, 'set_class_counts'):
        listener.set_class_counts(counts)


def _num_classes(model) -> Optional[int]:
    return getattr(getattr(model, 'cls_head', None), 'num_classes', None)


def _classes(runner) -> Optional[tuple]:
    for loop in built_loops(runner):
        metainfo = getattr(loop.dataloader.dataset, 'metainfo', {})
        if metainfo.get('classes'):
            return metainfo['classes']
    return None


def _check_dataset(dataset, num_classes: int) -> None:
    classes = getattr(dataset, 'metainfo', {}).get('classes')
    if classes and len(classes) != num_classes:
        raise ValueError(f'the model knows {num_classes} classes, the data '
                         f'set {type(dataset).__name__} has {len(classes)}')
