"""Batches that a worker of a data loader cannot send.

A batch is sent by a thread of the worker. If that thread has not enough
memory, shared memory or file descriptors, Python's multiprocessing prints a
traceback and drops the batch, and the main process waits for it for ever.
"""
import functools
import os
import re
import signal
from contextlib import suppress
from multiprocessing.queues import Queue

from torch._utils import ExceptionWrapper
from torch.utils.data import get_worker_info

# torch leaves this file behind when its allocation fails
SHARED_FILE = re.compile(r'</(torch_\d+_\d+_\d+)>')


def report_unsent_batches() -> None:
    """Let a worker send the error in the place of its batch, which the main
    process then raises. A worker that can send nothing is killed, which the
    main process notices. Other queues are unchanged; safe to repeat."""
    drop, start = Queue._on_queue_feeder_error, Queue._start_thread
    if hasattr(drop, '__wrapped__'):
        return

    @functools.wraps(drop)
    def send_error(queue: Queue, error: Exception, item: object) -> None:
        worker = get_worker_info()
        if worker is None or not isinstance(item, tuple) or len(item) != 2:
            drop(error, item)
            return
        remove_shared_file(error)
        if isinstance(item[1], ExceptionWrapper):
            os.kill(os.getpid(), signal.SIGKILL)
        where = f'in DataLoader worker process {worker.id}'
        info = type(error), error, error.__traceback__
        with queue._notempty:  # the next batches cannot be received, either
            queue._sem.acquire()  # the receiver releases it
            queue._buffer.clear()
            queue._buffer.append((item[0], ExceptionWrapper(info, where)))
            queue.put = _drop

    @functools.wraps(start)
    def start_thread(queue: Queue) -> None:
        try:
            start(queue)
        except RuntimeError:  # no memory for a thread
            if get_worker_info() is None:
                raise
            os.kill(os.getpid(), signal.SIGKILL)

    Queue._on_queue_feeder_error = send_error
    Queue._start_thread = start_thread


def _drop(item: object) -> None:
    """Replacement of ``Queue.put`` after an error."""


def remove_shared_file(error: Exception) -> None:
    """Delete the file that torch names in the error of an allocation."""
    for name in SHARED_FILE.findall(str(error)):
        with suppress(OSError):
            os.unlink(f'/dev/shm/{name}')
