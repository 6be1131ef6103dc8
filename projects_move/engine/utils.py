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


def stop_workers(loader) -> None:
    """Let go of persistent workers; they start again when they are needed."""
    loader._iterator = None


def restart_workers(runner) -> None:
    """Have the workers see what has changed in the training data set, where
    they may have been started already."""
    loader, loop = runner.train_dataloader, runner.train_loop
    started = getattr(loop, 'dataloader_iterator', None) is not None
    if started:
        loop.dataloader_iterator = None
    stop_workers(loader)
    if started:
        if hasattr(loader.sampler, '_indices_of_rank'):  # InfiniteSampler's
            loader.sampler.indices = loader.sampler._indices_of_rank()
        loop.dataloader_iterator = _InfiniteDataloaderIterator(loader)
