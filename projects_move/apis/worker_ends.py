"""End of the workers of a tool, and of what they leave behind."""
import multiprocessing
import signal
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Iterator, List

from projects_move.utils.shared_files import sweep_shared_files


@contextmanager
def workers_end_with_errors() -> Iterator[None]:
    """End the worker processes that an error of the block leaves behind.

    Python waits for its workers when it exits. A worker that ignores SIGTERM,
    whose data loader could not be completed, would wait for work for ever.
    The shared memory that killed workers have left is freed before and after
    the block.
    """
    others = set(multiprocessing.active_children())
    sweep_shared_files()
    try:
        yield
    except BaseException:
        _kill([
            process for process in multiprocessing.active_children()
            if process.daemon and process not in others
        ])
        raise
    finally:
        sweep_shared_files()


def _kill(workers: List[multiprocessing.Process]) -> None:
    in_main = current_thread() is main_thread()
    if in_main:  # else torch raises an error for the end of a worker
        handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for worker in workers:
        worker.kill()
        worker.join()
    if in_main:
        signal.signal(signal.SIGCHLD, handler or signal.SIG_DFL)
