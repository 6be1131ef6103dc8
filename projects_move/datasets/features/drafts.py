"""Drafts of shards: hidden files, each of which one process writes."""
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Union

from projects_move.errors import InputError
from projects_move.file_io import is_file_at, named_errors, remove_unlocked
from projects_move.file_lock import lock_file

# after this time without a change a draft that nobody has locked is deleted
MAX_AGE = 24 * 3600
SUFFIX = '.draft'  # also that of file_io.atomic_write


class DraftError(InputError):
    """Draft that this process cannot use: another process writes it, or it
    was deleted. No other video can be written either."""


class Draft:
    """Empty draft under a lock, which ends with the process.

    It is a new file. Some network file systems have no locks; there the draft
    of another process is replaced, which notices it.

    Args:
        path: Path of the draft; that of a process that has ended is replaced.

    Raises:
        DraftError: For a draft that another process has locked, and a link or
            anything else but a file at its path.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.descriptor = _create(path)
        if not _lock(self.descriptor, path):
            self.close()
            raise _busy(path)
        now = os.fstat(self.descriptor).st_mtime  # by the file system's clock
        remove_old_drafts(path.parent, now)

    def append(self, content: memoryview) -> None:
        """Write all bytes; an error leaves the draft as it was."""
        size = self.size + len(content)
        try:
            with named_errors(self.path):
                while content:  # a write may be partial
                    count = os.pwrite(self.descriptor, content,
                                      size - len(content))
                    content = content[count:]
        except BaseException:
            self.truncate(self.size)
            raise
        self.size = size

    def truncate(self, size: int) -> None:
        """Remove the bytes from a size on."""
        os.truncate(self.descriptor, size)
        self.size = size

    def is_at(self, path: Union[str, Path]) -> bool:
        """Whether a path is this file."""
        return is_file_at(self.descriptor, path)

    def rename(self, path: str) -> None:
        """Flush the draft to the disk and rename it.

        Raises:
            DraftError: For a draft that was deleted or replaced.
        """
        with named_errors(self.path):
            os.fsync(self.descriptor)
        if not self.is_at(self.path):
            raise DraftError(f'{self.path} was deleted or replaced while '
                             'this process wrote it')
        os.replace(self.path, path)

    def discard(self) -> None:
        """Delete and close the draft."""
        if self.is_at(self.path):
            self.path.unlink()
        self.close()

    def close(self) -> None:
        """Close the file, which ends the lock."""
        os.close(self.descriptor)


def _create(path: Path) -> int:
    """Descriptor of a new file, never of the target of a link."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
    with suppress(FileExistsError):
        return os.open(path, flags, 0o666)
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise DraftError(f'{path}: expected no link or folder here')
    if not remove_unlocked(path, without_locks=True):
        raise _busy(path)
    try:
        return os.open(path, flags, 0o666)
    except FileExistsError:
        raise _busy(path) from None


def _busy(path: Path) -> DraftError:
    return DraftError(f'{path}: another process writes it; give each its own '
                      '--shard i/n')


def _lock(descriptor: int, path: Path) -> bool:
    """Lock a file; false if another process has locked it, or has renamed or
    deleted it meanwhile."""
    return lock_file(descriptor) is not False and is_file_at(descriptor, path)


def remove_old_drafts(folder: Path, now: float) -> None:
    """Delete the drafts of processes that have ended.

    A draft is deleted if no process has locked it and it has not changed for
    ``MAX_AGE``. The lock protects a process that waits; the age protects a
    process on another machine, if the locks of the file system do not reach
    there.

    Args:
        folder: Folder of the store.
        now: Time in seconds, by the clock of its file system.
    """
    for entry in os.scandir(folder):
        is_draft = entry.name[0] == '.' and entry.name.endswith(SUFFIX)
        with suppress(OSError):  # deleted meanwhile, or not ours
            if is_draft and entry.is_file(follow_symlinks=False) and \
                    now - entry.stat().st_mtime > MAX_AGE:
                remove_unlocked(entry.path, without_locks=True)
