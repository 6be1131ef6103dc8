"""Lease of a unit: an attempt with a heartbeat."""
import os
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Iterator, Optional

from .journal import Journal

BEATS = 4  # heartbeats in the time after which a lease expires


class Lease:
    """Attempt of this process at a unit.

    Args:
        journal: Journal of the run.
        unit: The unit.
        attempt: Number of the attempt, which this process has begun.
        seconds: Time after which a lease without heartbeat expires.
    """

    def __init__(self, journal: Journal, unit: int, attempt: int,
                 seconds: float) -> None:
        self.journal = journal
        self.unit = unit
        self.attempt = attempt
        self.seconds = seconds
        self._stopped = Event()
        self._is_lost = False

    @property
    def is_lost(self) -> bool:
        """Whether another worker had begun the next attempt at the last
        heartbeat, because this process was suspended or lost the file system
        for a time."""
        return self._is_lost

    def check(self) -> bool:
        """Whether this process still has the lease."""
        self._is_lost |= self.journal.path(self.unit,
                                           self.attempt + 1).exists()
        return not self._is_lost

    def _beat(self) -> None:
        path = self.journal.path(self.unit, self.attempt)
        while not self._stopped.wait(self.seconds / BEATS):
            with suppress(OSError):  # a server that does not answer
                os.utime(path)
                self.check()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Send heartbeats in the background, and leave the unit at the end,
        also after an error."""
        thread = Thread(target=self._beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()
            with suppress(OSError):  # the disk may be full
                self.journal.end(self.unit, self.attempt)


class LeaseClock:
    """Tells which leases have expired, by the clock of the file system.

    Modification times are compared with the one that a file of this process
    gets at the same moment. So the clocks of the nodes do not matter, except
    on file systems that take the times of the nodes, as Lustre does.

    Args:
        journal: Journal of the run.
        node: Name of this process.
        seconds: Time after which a lease without heartbeat expires.
    """

    def __init__(self, journal: Journal, node: str, seconds: float) -> None:
        self.journal = journal
        self.seconds = seconds
        self._file = journal.folder / f'{node}.clock'
        self._file.touch()

    def has_expired(self, unit: int, attempt: int) -> bool:
        """Whether the worker of an attempt has sent no heartbeat for the
        time of a lease."""
        beat = _modified(self.journal.path(unit, attempt))
        if beat is None:
            return False
        os.utime(self._file)
        return _modified(self._file) - beat > self.seconds

    def close(self) -> None:
        """Delete the file of this process."""
        self._file.unlink(missing_ok=True)


def _modified(path: os.PathLike) -> Optional[float]:
    """Modification time of a file, None if it was deleted.

    NFS asks the server for the attributes of a file that is opened.
    """
    with suppress(FileNotFoundError), open(path, 'rb') as file:
        return os.fstat(file.fileno()).st_mtime
    return None
