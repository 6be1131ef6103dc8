"""Reading of regular files by offset.

Nothing is memory-mapped: a map ends the process with SIGBUS if another process
truncates the file, a read reports it.
"""
import os
import stat

import numpy as np

# opening a FIFO without O_NONBLOCK waits for a writer
FLAGS = os.O_RDONLY | getattr(os, 'O_NONBLOCK', 0)


class RegularFile:
    """Open regular file, which is closed when the object is deleted.

    Args:
        path: Path of the file.

    Raises:
        OSError: For a file that cannot be opened.
        ValueError: For a directory, FIFO, socket or device, and for a path
            with a null byte.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.descriptor = os.open(path, FLAGS)
        status = os.fstat(self.descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f'expected a regular file, found a '
                             f'{_kind(status.st_mode)}')
        self.size = status.st_size

    def __del__(self) -> None:
        descriptor = self.__dict__.pop('descriptor', None)
        if descriptor is not None:
            os.close(descriptor)

    def read_into(self, content: np.ndarray, offset: int) -> None:
        """Fill a C-contiguous array from an offset on.

        Raises:
            OSError: For an error of the device.
            ValueError: For a file that ends before.
        """
        done = os.preadv(self.descriptor, [content], offset)
        if done == content.nbytes:
            return
        rest = memoryview(content).cast('B')
        while done < len(rest):  # a read may be interrupted
            count = os.preadv(self.descriptor, [rest[done:]], offset + done)
            if count == 0:
                raise ValueError(f'{self.path} is truncated: it ends at byte '
                                 f'{offset + done}')
            done += count

    def read(self) -> bytes:
        """Content of the whole file."""
        try:
            content = np.empty(self.size, np.uint8)
        except MemoryError:
            raise ValueError(f'not enough memory for {self.size} '
                             'bytes') from None
        if self.size:
            self.read_into(content, 0)
        return content.tobytes()


def _kind(mode: int) -> str:
    kinds = dict(
        directory=stat.S_ISDIR, FIFO=stat.S_ISFIFO, socket=stat.S_ISSOCK)
    return next((name for name, test in kinds.items() if test(mode)), 'device')
