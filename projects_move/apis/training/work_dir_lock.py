"""Lock of a work directory, in which one training writes at a time."""
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union

from projects_move.errors import InputError
from projects_move.file_lock import lock_file

NAME = '.training.lock'


@contextmanager
def work_dir_lock(folder: Union[str, Path], wait: bool) -> Iterator[None]:
    """Lock a work directory as long as the block lasts.

    The lock ends with the process and its workers, however they end. Windows,
    and a file system without locks, give none.

    Args:
        folder: Folder of the training.
        wait: Whether to wait until another training there has ended, such as
            one that outlived the job that had started it.

    Raises:
        InputError: If another training has the lock, and ``wait`` is false.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    descriptor = os.open(Path(folder, NAME), os.O_RDWR | os.O_CREAT, 0o666)
    if lock_file(descriptor) is False:
        if not wait:
            os.close(descriptor)
            raise InputError(
                f'another training writes into {folder}: give another '
                '--work-dir, or --resume to wait for its end')
        print(f'waits for the end of another training in {folder}',
              file=sys.stderr, flush=True)  # yapf: disable
        lock_file(descriptor, wait=True)
    try:
        yield
    finally:
        os.close(descriptor)
