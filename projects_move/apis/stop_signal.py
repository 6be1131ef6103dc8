"""Signals that ask a process to stop, and the exit status of a stopped one."""
import signal
from contextlib import contextmanager
from types import FrameType
from typing import Callable, Iterator, Optional

# EX_TEMPFAIL of sysexits.h: the same command goes on where this one stopped
REQUEUE = 75
# SIGTERM of Slurm, torchrun, Kubernetes; SIGUSR1 of ``sbatch --signal``
SIGNALS = (signal.SIGTERM, signal.SIGUSR1)


@contextmanager
def stop_requested() -> Iterator[Callable[[], bool]]:
    """Function that tells whether SIGTERM or SIGUSR1 has arrived.

    The signals do not interrupt the block. A second SIGTERM ends the process
    at once.

    Example:
        >>> with stop_requested() as is_stopping:
        ...     before = is_stopping()
        ...     signal.raise_signal(signal.SIGUSR1)
        ...     before, is_stopping()
        (False, True)
    """
    received = []

    def handle(number: int, frame: Optional[FrameType]) -> None:
        received.append(number)
        if number == signal.SIGTERM:
            signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
