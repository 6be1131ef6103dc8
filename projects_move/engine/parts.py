"""Parts of a runner that several hooks look for."""
from typing import Iterator

from mmengine.model import is_model_wrapper
from mmengine.runner.loops import _InfiniteDataloaderIterator
from torch import nn


def unwrap(model: nn.Module) -> nn.Module:
    """A model, or what a distributed wrapper holds."""
    return model.module if is_model_wrapper(model) else model


def built_loops(runner) -> Iterator:
    """The loops of a runner that have their data loader already."""
    for loop in (runner._train_loop, runner._val_loop, runner._test_loop):
        if hasattr(loop, 'dataloader'):
            yield loop


def restart_workers(runner) -> None:
    """Have the workers see what has changed in the training data set: an
    iteration-based loop has started them already."""
    iterator = getattr(runner.train_loop, 'dataloader_iterator', None)
    if iterator is not None and runner.train_dataloader.num_workers:
        runner.train_loop.dataloader_iterator = _InfiniteDataloaderIterator(
            runner.train_dataloader)
