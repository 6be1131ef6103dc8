"""Files in ``/dev/shm`` that a killed worker leaves behind.

torch shares a batch through a file ``torch_PID_...`` there, which it deletes
at once. The kill of a worker while it allocates that memory, as when memory is
short, leaves the file and its memory. Each worker therefore holds a lock on a
file with its PID. When the lock is free, the worker has ended, also in another
container that shares ``/dev/shm``, and its files are deleted.
"""
import os
import re
from contextlib import suppress
from multiprocessing.util import Finalize
from pathlib import Path

from projects_move.file_lock import NO_LINK, lock_file

SHARED_MEMORY = Path('/dev/shm')
OWNER = 'projects_move_'


def mark_owner() -> None:
    """Let the next start sweep the files of this worker. Nothing is marked on
    a system without ``/dev/shm``, or where it is full."""
    path = SHARED_MEMORY / f'{OWNER}{os.getpid()}'
    with suppress(OSError):
        flags = os.O_RDWR | os.O_CREAT | NO_LINK
        descriptor = os.open(path, flags, 0o600)  # open until the end
        lock_file(descriptor)
        Finalize(None, path.unlink, exitpriority=0)


def sweep_shared_files() -> None:
    """Delete the files of workers of this user that have ended."""
    for path in SHARED_MEMORY.glob(f'{OWNER}*'):
        number = re.fullmatch(rf'{OWNER}(\d+)', path.name)
        with suppress(OSError):  # of another user, or deleted meanwhile
            if number and _is_own(path):
                _sweep(path, number[1])


def _sweep(path: Path, owner: str) -> None:
    descriptor = os.open(path, os.O_RDWR | NO_LINK)
    try:
        if lock_file(descriptor):
            for file in SHARED_MEMORY.glob(f'torch_{owner}_*'):
                if _is_own(file):
                    file.unlink()
            path.unlink()
    finally:
        os.close(descriptor)


def _is_own(path: Path) -> bool:
    return path.lstat().st_uid == os.getuid()
