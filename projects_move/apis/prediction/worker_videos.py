"""Videos that the workers of a data loader handle, and their crashes."""
import signal
import warnings
from collections import Counter
from threading import current_thread, main_thread
from typing import (Any, Callable, Dict, Hashable, Iterable, Iterator, List,
                    Optional, Sequence, Tuple)

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from projects_move.apis.memory_errors import memory_fault
from projects_move.errors import InputError
from projects_move.utils.shared_files import mark_owner


class WorkerVideos(IterableDataset):
    """Items made from videos, such as chunks of their frames.

    The items of a video follow each other. Worker ``i`` of ``n`` handles
    every n-th video, from the i-th. A subclass defines :meth:`items`.

    Args:
        videos: Videos, of any type.
        num_workers: Workers of the data loader; 0 is this process.

    Attributes:
        prefetch: Items that each worker makes in advance.
    """

    prefetch = 2

    def __init__(self, videos: Sequence, num_workers: int = 0) -> None:
        self.videos = videos
        self.num_workers = num_workers
        # index of the video that each worker handles; -1 before the first
        self._active = torch.full((max(num_workers, 1), ), -1).share_memory_()

    @property
    def active(self) -> List[int]:
        """Indices of the videos that the workers handled last."""
        return [index for index in self._active.tolist() if index >= 0]

    def items(self, video: Any) -> Iterator:
        """Items of a video. Errors of the video are part of an item."""
        raise NotImplementedError

    def __iter__(self) -> Iterator:
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for index in range(first, len(self.videos), step):
            self._active[first] = index
            yield from self.items(self.videos[index])


class WorkerCrashed(RuntimeError):
    """Crash of a decoder, which ended its worker process."""


def iterate_items(videos: WorkerVideos) -> Iterator:
    """Items from a data loader over the videos.

    After the crash of a worker, PyTorch's handler of SIGCHLD raises an error
    at any line of the main thread. The default handler replaces it during the
    iteration, so that the error is raised here, at the request of the next
    item.

    Raises:
        InputError: If there is no memory for the workers or their items.
        WorkerCrashed: For every error of a data loader with workers. A crash
            may appear as any error of the connection; errors of a video are
            reported in its item.
    """
    with warnings.catch_warnings():  # the number of workers is a user's
        warnings.filterwarnings('ignore', 'This DataLoader will create')
        try:
            loader = iter(
                DataLoader(
                    videos,
                    batch_size=None,
                    num_workers=videos.num_workers,
                    prefetch_factor=videos.prefetch
                    if videos.num_workers else None,
                    worker_init_fn=_mark_worker,
                    collate_fn=_same))
        except OSError as error:  # no memory or no shared memory for workers
            fault = memory_fault(error)
            if fault is None:
                raise
            raise InputError(fault) from error
    replaces_handler = videos.num_workers and \
        current_thread() is main_thread()
    if replaces_handler:
        handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield from loader
    except Exception as error:
        if not videos.num_workers:
            raise
        fault = memory_fault(error)
        if fault and str(error).startswith('Caught '):  # nothing can be sent
            raise InputError(fault) from error
        text = fault or f'{type(error).__name__}: {error}'
        raise WorkerCrashed(text) from error
    finally:
        if videos.num_workers:  # before the garbage collector does
            loader._shutdown_workers()
        if replaces_handler:
            signal.signal(signal.SIGCHLD, handler or signal.SIG_DFL)


def _mark_worker(worker_id: int) -> None:
    mark_owner()


def _same(item: Any) -> Any:
    return item


def in_order(results: Iterable[Tuple[int, Any]]) -> Iterator[Tuple[int, Any]]:
    """Keys 0, 1, 2, ... and their results, which may come in another order.

    Example:
        >>> list(in_order([(1, 'b'), (0, 'a'), (2, 'c')]))
        [(0, 'a'), (1, 'b'), (2, 'c')]
    """
    waiting, key = {}, 0
    for other, result in results:
        waiting[other] = result
        while key in waiting:
            yield key, waiting.pop(key)
            key += 1


def handle_all(
    keys: Sequence[Hashable],
    load: Callable[[List[Hashable]], WorkerVideos],
    handle: Callable[[Iterator], Iterator[Tuple[Hashable, Any]]],
    tries: int = 2,
    is_stopping: Callable[[], bool] = lambda: False
) -> Iterator[Tuple[Hashable, Optional[Any], str]]:
    """Handle all videos, also those after a video that crashes its worker.

    After a crash the active videos of all workers are tried again, one at a
    time. A video that is active in ``tries`` crashes has failed. Without
    workers a crash ends this process.

    Args:
        keys: Key of each video.
        load: Function from some keys to their videos, in the same order.
        handle: Function from the items of some videos to the key and the
            result of each video.
        tries: Number of crashes after which a video has failed, at least 2,
            because after the first it is not known which video crashed.
        is_stopping: Whether the work ends early. The signal that asks for it
            may have ended the workers.

    Yields:
        Key of a video, its result, and the reason of its crash, empty if
        there is none. After a crash there is no result, and the order is
        another.
    """
    remaining = dict.fromkeys(keys)
    suspects: List[Hashable] = []
    crashes: Dict[Hashable, int] = Counter()
    while remaining and not is_stopping():
        tried = [suspects.pop(0)] if suspects else list(remaining)
        videos, crash = load(tried), ''
        try:
            for key, result in handle(iterate_items(videos)):
                del remaining[key]
                yield key, result, ''
        except WorkerCrashed as error:
            crash = str(error).strip()
        if not crash or is_stopping():
            continue
        left = [key for key in tried if key in remaining]
        active = [tried[index] for index in videos.active]
        for key in [key for key in active if key in remaining] or left[:1]:
            crashes[key] += 1
            if len(tried) == 1 and crashes[key] >= tries:
                del remaining[key]
                yield key, None, crash
            else:
                suspects.append(key)
