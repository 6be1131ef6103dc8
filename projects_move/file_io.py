"""Atomic writes of files, and the errors of writing."""
import errno
import hashlib
import os
import re
import secrets
import socket
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator, Set, Tuple, Union

from .file_lock import NO_LINK, lock_file

# errors that writing raises for any file, such as that of a full disk
UNWRITABLE = errno.ENOSPC, errno.EDQUOT, errno.EROFS
# errors without the name of the file that is written
UNNAMED = (*UNWRITABLE, errno.EFBIG, errno.EIO)
# drafts of other machines are left alone: their locks may not reach here
HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:4]
DRAFT = re.compile(rf'\.{HOST}[0-9a-f]{{12}}\.draft')
_SWEPT: Set[Tuple[int, str]] = set()  # folders of this process


@contextmanager
def atomic_write(path: Union[str, Path]) -> Iterator[Path]:
    """Empty draft file beside ``path``, which it replaces after the block.

    An exception in the block deletes the draft and does not change ``path``.
    An error of writing names ``path``, see :func:`named_errors`.
    The name of the draft is random, so that several threads, processes or
    machines may write ``path``. It has 23 bytes, so that ``path`` may have the
    longest name of the file system. Drafts that killed processes have left in
    the folder are deleted when a process first writes there.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with atomic_write(folder / 'new' / 'a.txt') as draft:
        ...     size = draft.write_text('all of it')
        >>> [path.name for path in (folder / 'new').iterdir()]
        ['a.txt']
    """
    path = Path(path)
    with named_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep_once(path.parent)
        draft, descriptor = _create_draft(path)
    try:
        with named_errors(path):
            yield draft
            os.fsync(descriptor)
        os.replace(draft, path)
    except OSError as error:
        if error.filename == str(draft):  # nobody knows its name
            error.filename = str(path)
        raise
    finally:
        os.close(descriptor)
        draft.unlink(missing_ok=True)


def _create_draft(path: Path) -> Tuple[Path, int]:
    """New file beside ``path``, and its descriptor, which locks it as long as
    this process lives."""
    while True:
        draft = path.with_name(f'.{HOST}{secrets.token_hex(6)}.draft')
        try:
            descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL,
                                 0o666)
        except OSError as error:
            error.filename = str(path)
            raise
        lock_file(descriptor, wait=True)
        if is_file_at(descriptor, draft):  # else just swept by another one
            return draft, descriptor
        os.close(descriptor)


@contextmanager
def named_errors(path: Union[str, Path]) -> Iterator[None]:
    """Add a path to errors of writing that have none.

    Example:
        >>> with named_errors('a.npy'):
        ...     raise OSError(errno.ENOSPC, 'No space left on device')
        Traceback (most recent call last):
            ...
        OSError: [Errno 28] No space left on device: 'a.npy'
    """
    try:
        yield
    except OSError as error:
        if error.errno in UNNAMED and error.filename is None:
            error.filename = str(path)
        raise


def _sweep_once(folder: Path) -> None:
    key = os.getpid(), str(folder)
    if key not in _SWEPT:
        _SWEPT.add(key)
        remove_dead_drafts(folder)


def remove_dead_drafts(folder: Union[str, Path]) -> None:
    """Delete the drafts of :func:`atomic_write` that killed processes of this
    machine have left in a folder. A process that lives has locked its draft;
    a system without locks keeps all."""
    for entry in os.scandir(folder):
        if DRAFT.fullmatch(entry.name):
            with suppress(OSError):  # deleted meanwhile, or not ours
                remove_unlocked(entry.path)


def remove_unlocked(path: Union[str, Path],
                    without_locks: bool = False) -> bool:
    """Delete a file, never the target of a link, unless a process has locked
    it; whether it is gone.

    Args:
        path: Path of the file.
        without_locks: Whether to delete it in a system without locks.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | NO_LINK)
    except FileNotFoundError:
        return True
    try:
        is_locked = lock_file(descriptor)  # None without locks
        is_free = (without_locks if is_locked is None else
                   is_locked) and is_file_at(descriptor, path)
        if is_free:
            os.unlink(path)
        return is_free
    finally:
        os.close(descriptor)


def is_file_at(descriptor: int, path: Union[str, Path]) -> bool:
    """Whether a path still is an open file, which another process may have
    renamed or deleted."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False
