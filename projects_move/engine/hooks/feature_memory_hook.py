"""Training features stay in the memory of the GPU or of the host."""
import multiprocessing
import os
import shutil
import socket
import uuid
from typing import Optional, Tuple

import numpy as np
import torch
from mmengine.dist import (all_gather_object, barrier, broadcast_object_list,
                           get_rank)
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.utils import track_iter_progress

from projects_move.datasets.collate import batch_collate
from projects_move.datasets.features.feature_batches import FeatureBatches
from projects_move.datasets.features.feature_memory import (copy_to_device,
                                                            copy_to_folder,
                                                            rarest_first,
                                                            that_fit)
from projects_move.datasets.lists.class_counts import base_datasets
from projects_move.engine.utils import restart_workers, stop_workers, unwrap

PLACES = ('disk', 'host', 'device', 'auto')


@HOOKS.register_module()
class FeatureMemoryHook(Hook):
    """Reads the features of the training list once, and keeps them.

    On the ``'device'`` each rank has a copy, and only the numbers of the
    sampled frames travel. On the ``'host'`` all workers and ranks of a
    machine share one copy, in a folder of ``shared`` that is gone as soon as
    it is mapped: nothing is left behind however a training ends, unless it
    is killed while it copies.

    Where not all of them fit, the videos of the rarest classes stay, and the
    others are read as ever.

    Args:
        where: ``'disk'`` keeps nothing; ``'host'``, ``'device'``; ``'auto'``
            is the device if all features fit there, else the host if they
            fit there, else the disk.
        dtype: Of what is kept, such as ``'float16'``; by default as stored,
            in which case all videos have to be stored alike.
        share: Of the free memory that may be used.
        shared: A folder in memory that processes share.

    Raises:
        ValueError: For features that cannot be kept: not cached ones, of
            another pipeline than the usual one; on the device, of several
            or wrapped data sets, or with another ``collate_fn`` than
            ``batch_collate``; on the host, for workers that are not forked.
    """

    def __init__(self,
                 where: str = 'auto',
                 dtype: Optional[str] = None,
                 share: float = 0.8,
                 shared: str = '/dev/shm') -> None:
        if where not in PLACES:
            raise ValueError(f'where must be one of {PLACES}, got {where!r}')
        self.where = where
        self.dtype = None if dtype is None else np.dtype(dtype)
        self.share = share
        self.shared = shared

    def before_train(self, runner) -> None:
        if self.where == 'disk':
            return
        loader = runner.train_dataloader
        batches = [
            getattr(dataset, 'batches', None)
            for dataset in base_datasets(loader.dataset)
        ]
        if None in batches:
            return self._cannot(
                runner, 'a data set does not read cached features by the '
                'usual pipeline: load, sample a number of frames, pack, draw '
                'views')
        sizes = [self._sizes(each) for each in batches]
        where = self._choose(runner, sum(size.sum() for size in sizes))
        if where == 'host':
            if loader.num_workers and _start_method(loader) != 'fork':
                return self._cannot(
                    runner, 'workers have to be forked to share the memory '
                    'of the host')
            for each, size in zip(batches, sizes):
                self._keep_on_host(runner, each, size)
        elif where == 'device':
            collate = getattr(loader.collate_fn, 'func', loader.collate_fn)
            if batches[0] is not getattr(loader.dataset, 'batches', None) \
                    or collate is not batch_collate:
                return self._cannot(
                    runner, 'the device keeps those of one data set, without '
                    'a wrapper, whose loader has '
                    'collate_fn=dict(type="batch_collate")')
            self._keep_on_device(runner, batches[0], sizes[0])
        restart_workers(runner)

    def after_train(self, runner) -> None:
        preprocessor = unwrap(runner.model).data_preprocessor
        if getattr(preprocessor, 'resident', None) is not None:
            preprocessor.resident = None
            runner.train_dataloader.dataset.batches.resident = None
            stop_workers(runner.train_dataloader)

    def _cannot(self, runner, reason: str) -> None:
        if self.where != 'auto':
            raise ValueError(f'FeatureMemoryHook cannot keep these: {reason}')
        runner.logger.info(f'Features stay on the disk: {reason}')

    def _choose(self, runner, needed: int) -> str:
        if self.where != 'auto':
            return self.where
        device = unwrap(runner.model).data_preprocessor.device
        room = dict(host=self._room_on_host())
        if device.type == 'cuda':
            room = dict(device=self._room_on_device(device), **room)
        where = next((name for name, free in room.items() if needed <= free),
                     'disk')
        runner.logger.info(
            f'{needed / 2**30:.1f} GiB of training features stay on the '
            f'{where}; room: ' + ', '.join(f'{name} {free / 2**30:.1f} GiB'
                                           for name, free in room.items()))
        return where

    def _room_on_host(self) -> int:
        free = shutil.disk_usage(self.shared).free if os.path.isdir(
            self.shared) else 0
        return self._agreed(free)

    def _room_on_device(self, device: torch.device) -> int:
        if device.type != 'cuda':
            return self._room_on_host()
        return self._agreed(torch.cuda.mem_get_info(device)[0])

    def _agreed(self, free: int) -> int:
        """What every rank has, so that all choose alike."""
        return int(self.share * min(all_gather_object(free)))

    def _sizes(self, batches: FeatureBatches) -> np.ndarray:
        """Bytes of each video as it is kept."""
        first = batches.reader.open(0)
        row = first.shape[1] * self._kept_dtype(batches).itemsize
        return batches.reader.lengths() * row

    def _kept_dtype(self, batches: FeatureBatches) -> np.dtype:
        if self.dtype is not None:
            return self.dtype
        return batches.reader.open(0).dtype

    def _chosen(self, runner, batches: FeatureBatches, sizes: np.ndarray,
                room: int) -> np.ndarray:
        owners = np.repeat(np.arange(len(sizes)), np.diff(batches.ends))
        chosen = that_fit(sizes,
                          rarest_first(batches.labels, owners, len(sizes)),
                          room)
        runner.logger.info(
            f'FeatureMemoryHook keeps {len(chosen)} of {len(sizes)} videos, '
            f'{sizes[chosen].sum() / 2**30:.2f} GiB')
        return chosen

    def _keep_on_host(self, runner, batches: FeatureBatches,
                      sizes: np.ndarray) -> None:
        rank, ranks = _place_on_machine()
        dtype = self._kept_dtype(batches)
        chosen = self._chosen(runner, batches, sizes, self._room_on_host())
        name = [f'features-{uuid.uuid4().hex}']
        broadcast_object_list(name)
        folder = os.path.join(self.shared, name[0])
        try:
            copy_to_folder(batches.reader,
                           track_iter_progress(chosen[rank::ranks].tolist()),
                           folder, dtype, self.dtype is None, f'{rank}-')
            barrier()
            if len(chosen):
                batches.reader = batches.reader.behind(folder)
            barrier()
        finally:
            if rank == 0:
                shutil.rmtree(folder, ignore_errors=True)

    def _keep_on_device(self, runner, batches: FeatureBatches,
                        sizes: np.ndarray) -> None:
        preprocessor = unwrap(runner.model).data_preprocessor
        device = preprocessor.device
        chosen = self._chosen(runner, batches, sizes,
                              self._room_on_device(device))
        if not len(chosen):
            return
        dtype = self._kept_dtype(batches)
        row = batches.reader.open(0).shape[1] * dtype.itemsize
        preprocessor.resident, batches.resident = copy_to_device(
            batches.reader, track_iter_progress(chosen.tolist()),
            int(sizes[chosen].sum()) // row, dtype, self.dtype is None, device)


def _start_method(loader) -> str:
    context = loader.multiprocessing_context or multiprocessing
    return context.get_start_method()


def _place_on_machine() -> Tuple[int, int]:
    """Of this process among those of its machine, and how many they are."""
    machines = all_gather_object(socket.gethostname())
    rank = get_rank()
    return (machines[:rank].count(machines[rank]),
            machines.count(machines[rank]))
