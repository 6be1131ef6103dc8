"""Helpers of hooks: model, loops, workers and resume of a runner."""
from typing import Iterator, Optional

from mmengine.model import is_model_wrapper
from mmengine.runner.loops import (IterBasedTrainLoop,
                                   _InfiniteDataloaderIterator)
from torch import nn

from projects_move.datasets.samplers.positioned_sampler import \
    PositionedSampler


def unwrap(model: nn.Module) -> nn.Module:
    """The model inside a distributed wrapper, or the model itself."""
    return model.module if is_model_wrapper(model) else model


def class_number(model: nn.Module) -> Optional[int]:
    """Number of classes of the head; None without a head."""
    return getattr(getattr(model, 'cls_head', None), 'num_classes', None)


def built_loops(runner) -> Iterator:
    """Loops of a runner whose data loaders are built."""
    for loop in (runner._train_loop, runner._val_loop, runner._test_loop):
        if hasattr(loop, 'dataloader'):
            yield loop


def is_epoch_based(runner) -> bool:
    """Whether a training counts epochs, each a pass through its data."""
    return not isinstance(runner.train_loop, IterBasedTrainLoop)


def is_resuming(runner) -> bool:
    """Whether the checkpoint that a runner loads is the one from which its
    training resumes. A test after the training loads others."""
    return runner._resume and runner.iter == 0


def has_resumed(runner) -> bool:
    """Whether a training goes on from a checkpoint, once it is loaded."""
    return runner._resume and runner._has_loaded


def restart_workers(runner) -> None:
    """Restart the workers of the training data loader, so that they copy the
    changed data set."""
    loader, loop = runner.train_dataloader, runner.train_loop
    started = getattr(loop, 'dataloader_iterator', None) is not None
    if started:
        loop.dataloader_iterator = None
    loader._iterator = None  # persistent workers
    if started:
        draws = getattr(loader.batch_sampler, 'sampler', None)
        if isinstance(draws, PositionedSampler):
            draws.epoch = 0  # the stopped workers have drawn already
        if hasattr(loader.sampler, '_indices_of_rank'):  # InfiniteSampler
            loader.sampler.indices = loader.sampler._indices_of_rank()
        loop.dataloader_iterator = _InfiniteDataloaderIterator(loader)
