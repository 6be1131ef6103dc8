"""Signals that ask a process to stop, and the exit status of a stopped one."""
import signal
from contextlib import contextmanager
from types import FrameType
from typing import Callable, Iterator, List, Optional

# EX_TEMPFAIL of sysexits.h: the same command goes on where this one stopped
REQUEUE = 75
# SIGTERM of Slurm, torchrun, Kubernetes; SIGUSR1 of ``sbatch --signal``
SIGNALS = (signal.SIGTERM, signal.SIGUSR1)
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


def survive_first_signals() -> None:
    """Let a worker process outlive the first stop signal of each kind.

    A scheduler signals all processes of a job. The main process then ends the
    workers after it has saved; a worker that dies first would end the main
    process with an error.
    """

    def handle(number: int, frame: Optional[FrameType]) -> None:
        signal.signal(number, SECOND.get(number, signal.SIG_IGN))

    for number in (*SIGNALS, signal.SIGINT):
        signal.signal(number, handle)
