"""Files that are either whole or not there."""
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union


@contextmanager
def atomic_write(path: Union[str, Path]) -> Iterator[Path]:
    """A draft beside ``path`` that takes its name once the block is done.

    Where the block raises, the draft goes and ``path`` stays as it was. The
    draft's name begins with a dot and says which process of which machine
    writes it.

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
    draft = path.with_name(f'.{path.name}.{os.uname().nodename}.{os.getpid()}')
    try:
        yield draft
        with open(draft, 'rb') as file:
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
