"""Atomic writes of files, and the errors of writing."""
import errno
import os
import re
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union

# errors that writing raises for any file, such as that of a full disk
UNWRITABLE = errno.ENOSPC, errno.EDQUOT, errno.EROFS
# errors without the name of the file that is written
UNNAMED = (*UNWRITABLE, errno.EFBIG, errno.EIO)


@contextmanager
def atomic_write(path: Union[str, Path]) -> Iterator[Path]:
    """Empty draft file beside ``path``, which it replaces after the block.

    An exception in the block deletes the draft and does not change ``path``.
    An error of writing names ``path``, see :func:`named_errors`.
    The name of the draft is random, so that several threads, processes or
    machines may write ``path``. It has 23 bytes, so that ``path`` may have the
    longest name of the file system.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with atomic_write(folder / 'new' / 'a.txt') as draft:
        ...     size = draft.write_text('all of it')
        >>> [path.name for path in (folder / 'new').iterdir()]
        ['a.txt']
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f'.{secrets.token_hex(8)}.draft')
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        with named_errors(path):
            yield draft
            with open(draft, 'rb') as file:
                os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


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


def remove_drafts(folder: Union[str, Path]) -> None:
    """Delete the drafts of :func:`atomic_write` that a crash left in a folder
    in which no other process writes."""
    for path in Path(folder).glob('.*.draft'):
        if re.fullmatch(r'\.[0-9a-f]{16}\.draft', path.name):
            path.unlink(missing_ok=True)
