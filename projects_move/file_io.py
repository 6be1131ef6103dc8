"""Atomic writes of files."""
import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union


@contextmanager
def atomic_write(path: Union[str, Path]) -> Iterator[Path]:
    """Empty draft file beside ``path``, which it replaces after the block.

    An exception in the block deletes the draft and does not change ``path``.
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
        yield draft
        with open(draft, 'rb') as file:
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
