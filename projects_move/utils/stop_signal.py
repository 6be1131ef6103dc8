"""Signals that ask a process to stop, and the exit status of a stopped one."""
import os
import signal
import threading
from contextlib import contextmanager
from types import FrameType
from typing import Callable, Iterator, List, Optional

# EX_TEMPFAIL of sysexits.h: the same command goes on where this one stopped
REQUEUE = 75
# SIGTERM of Slurm, torchrun, Kubernetes; SIGUSR1 of ``sbatch --signal``
SIGNALS = tuple(
    getattr(signal, name) for name in ('SIGTERM', 'SIGUSR1')
    if hasattr(signal, name))  # Windows lacks the second
# what a second signal of the same kind does
SECOND = {
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGINT: signal.default_int_handler
}
_received: List[List[int]] = []  # of each block that waits for signals


@contextmanager
def stop_requested(interrupt: bool = False) -> Iterator[Callable[[], bool]]:
    """Function that tells whether SIGTERM or SIGUSR1 has arrived.

    The signals do not interrupt the block. A second SIGTERM ends the process
    at once.

    Args:
        interrupt: Whether SIGINT (Ctrl-C) asks to stop, too; a second one
            raises KeyboardInterrupt.

    Example:
        >>> with stop_requested() as is_stopping:
        ...     before = is_stopping()
        ...     signal.raise_signal(signal.SIGUSR1)
        ...     before, is_stopping()
        (False, True)
    """
    received: List[int] = []

    def handle(number: int, frame: Optional[FrameType]) -> None:
        received.append(number)
        if number in SECOND:
            signal.signal(number, SECOND[number])

    numbers = [*SIGNALS, signal.SIGINT] if interrupt else SIGNALS
    before = {number: signal.signal(number, handle) for number in numbers}
    _received.append(received)
    try:
        yield lambda: bool(received)
    finally:
        _received.remove(received)
        for number, handler in before.items():
            signal.signal(number, handler)


def received_signal() -> Optional[str]:
    """Name of the last signal inside :func:`stop_requested`; None without.

    Example:
        >>> with stop_requested():
        ...     signal.raise_signal(signal.SIGTERM)
        ...     received_signal()
        'SIGTERM'
        >>> received_signal() is None
        True
    """
    numbers = [number for received in _received for number in received]
    return signal.Signals(numbers[-1]).name if numbers else None


def obey_parent_only() -> None:
    """Let a worker process outlive the stop signals of others.

    A scheduler signals all processes of a job. A worker that ends before the
    main process has saved would end that one with an error. SIGTERM of the
    parent, which ends its workers by it, still ends this process. Windows
    ends a process without a signal.
    """
    for number in (*SIGNALS[1:], signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    if not hasattr(signal, 'sigwaitinfo'):
        return
    # only sigwaitinfo tells who has sent a signal
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    try:
        threading.Thread(target=_await_parent, daemon=True).start()
    except RuntimeError:  # no memory for a thread
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        raise


def _await_parent() -> None:
    while signal.sigwaitinfo([signal.SIGTERM]).si_pid != os.getppid():
        pass
    os._exit(0)
