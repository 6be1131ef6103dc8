"""Writer of packed stores; see :mod:`.packed_store` for the format."""
import fcntl
import json
import os
from pathlib import Path
from typing import BinaryIO, List, Tuple, Union

import numpy as np

from projects_move.file_io import atomic_write
from .feature_file import check_finite
from .packed_store import STORE, VERSION


class ShardWriter:
    """Appends videos to a packed store, in shards that are written
    atomically.

    Args:
        folder: Folder of the store, created if it does not exist.
        dtype: Float type of the stored frames.
        channels: C.
        shard_bytes: Size at which a shard is closed.
        prefix: Start of the names of the shards. Processes that write to one
            store at the same time need different prefixes.

    Raises:
        ValueError: For a store of another float type or other channels.
    """

    def __init__(self,
                 folder: Union[str, Path],
                 dtype: str,
                 channels: int,
                 shard_bytes: int = 2**31,
                 prefix: str = '') -> None:
        self.folder = Path(folder)
        self.dtype = np.dtype(dtype)
        self.channels = channels
        self.shard_bytes = shard_bytes
        self.prefix = prefix
        self._file = None
        self._entries: List[Tuple[bytes, int, int]] = []
        self._frames = 0
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / STORE).exists():
            with atomic_write(self.folder / STORE) as draft:
                draft.write_text(json.dumps(self._header) + '\n')
        self._check_header()

    @property
    def _header(self) -> dict:
        return dict(
            version=VERSION, dtype=self.dtype.name, channels=self.channels)

    def _check_header(self) -> None:
        path = self.folder / STORE
        header = json.loads(path.read_text())
        if header != self._header:
            raise ValueError(f'{path}: expected {self._header}, found '
                             f'{header}')

    def add(self, name: str, frames: np.ndarray) -> None:
        """Append a video.

        Args:
            name: Name of the video.
            frames: Features ``(T, C)``, T >= 1.

        Raises:
            ValueError: For another shape, or for numbers that are not finite
                or are too large for the float type of the store.
            RuntimeError: For a prefix that another process uses.
        """
        if frames.ndim != 2 or frames.shape[1] != self.channels or \
                not len(frames):
            raise ValueError(f'video {name}: expected (frames, '
                             f'{self.channels}), got {frames.shape}')
        with np.errstate(over='ignore'):  # check_finite reports it
            stored = np.ascontiguousarray(frames, self.dtype)
        check_finite(stored, f'{name}.npy')
        if self._file is None:
            self._file = _open_locked(self._draft)
        self._append(stored)
        self._entries.append((name.encode(), self._frames, len(frames)))
        self._frames += len(frames)
        if self._frames * self._row_bytes >= self.shard_bytes:
            self.close()

    def _append(self, frames: np.ndarray) -> None:
        """Write all frames; an error leaves the shard as it was."""
        rest = frames.view(np.uint8).reshape(-1).data
        try:
            while rest:  # an unbuffered write may be partial
                rest = rest[self._file.write(rest):]
        except BaseException:
            self._file.truncate(self._frames * self._row_bytes)
            raise

    @property
    def _row_bytes(self) -> int:
        return self.channels * self.dtype.itemsize

    @property
    def _draft(self) -> Path:
        # a fixed name, so that the next writer replaces a draft after a crash
        return self.folder / f'.{self.prefix}part'

    def close(self) -> None:
        """Close the open shard, after which its videos can be read.

        Raises:
            ValueError: For a store whose float type or channels another
                writer has changed.
        """
        if self._file is None:
            return
        self._check_header()
        os.fsync(self._file.fileno())
        number = len(list(self.folder.glob(f'{self.prefix}*.bin')))
        while (self.folder / f'{self.prefix}{number:05d}.bin').exists():
            number += 1
        shard = self.folder / f'{self.prefix}{number:05d}'
        width = max(len(name) for name, _, _ in self._entries)
        index = np.array(
            self._entries,
            dtype=[('name', f'S{width}'), ('first', 'i8'), ('count', 'i8')])
        with atomic_write(f'{shard}.index.npy') as draft:
            with open(draft, 'wb') as file:
                np.save(file, index, allow_pickle=False)
            # before the index, which declares the shard complete
            os.replace(self._draft, f'{shard}.bin')
        self._file.close()
        self._file, self._entries, self._frames = None, [], 0

    def __enter__(self) -> 'ShardWriter':
        return self

    def __exit__(self, kind, *args) -> None:
        try:
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self.close()
        finally:
            if self._file is not None:
                self._draft.unlink(missing_ok=True)
                self._file.close()


def _open_locked(path: Path) -> BinaryIO:
    """Open an empty file under a lock, which ends with the process.

    Some network file systems have no locks; there the file is opened anyway.

    Raises:
        RuntimeError: For a file that another process has locked.
    """
    file = open(path, 'ab', buffering=0)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # false where the other process has renamed the file meanwhile
            is_locked = os.path.samestat(
                os.fstat(file.fileno()), os.stat(path))
        except (BlockingIOError, FileNotFoundError):
            is_locked = False
        except OSError:
            is_locked = True
        if not is_locked:
            raise RuntimeError(f'{path}: another process writes it; give each '
                               'its own --shard i/n')
        file.truncate(0)
    except BaseException:
        file.close()
        raise
    return file
