"""Filling a packed store of features; see :mod:`.packed_store`."""
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
    """Appends videos to a store; a shard is either whole or not there.

    Args:
        folder: Of the store, made where it is not there.
        dtype: Of the frames, as they are stored.
        channels: C.
        shard_bytes: Size after which a shard is closed.
        prefix: Of the names of the shards; one of its own for each of
            several writers.

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
        self._claim()

    def _claim(self) -> None:
        header = dict(
            version=VERSION, dtype=self.dtype.name, channels=self.channels)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / STORE
        if path.exists():
            known = json.loads(path.read_text())
            if known != header:
                raise ValueError(f'{path} says {known}, not {header}')
            return
        with atomic_write(path) as draft:
            draft.write_text(json.dumps(header) + '\n')

    def add(self, name: str, frames: np.ndarray) -> None:
        """Append a video, ``(T, C)``.

        Raises:
            ValueError: For other channels, or for numbers that are not
                finite, or are too large for the float type of the store.
            RuntimeError: Where another process writes under this prefix.
        """
        if frames.ndim != 2 or frames.shape[1] != self.channels:
            raise ValueError(f'video {name}: expected (frames, '
                             f'{self.channels}), got {frames.shape}')
        with np.errstate(over='ignore'):  # said below
            stored = np.ascontiguousarray(frames, self.dtype)
        check_finite(stored, f'{name}.npy')
        if self._file is None:
            self._file = _open_alone(self._part)
        self._append(stored)
        self._entries.append((name.encode(), self._frames, len(frames)))
        self._frames += len(frames)
        if self._frames * self._row >= self.shard_bytes:
            self.close()

    def _append(self, frames: np.ndarray) -> None:
        """Write all of it, or leave the shard as it was."""
        rest = frames.view(np.uint8).reshape(-1).data
        try:
            while rest:  # an unbuffered file may take a part
                rest = rest[self._file.write(rest):]
        except BaseException:
            self._file.truncate(self._frames * self._row)
            raise

    @property
    def _row(self) -> int:
        return self.channels * self.dtype.itemsize

    @property
    def _part(self) -> Path:
        # of the same name after a crash, so that what is left is replaced
        return self.folder / f'.{self.prefix}part'

    def close(self) -> None:
        """Close the shard that is open, which makes its videos readable."""
        if self._file is None:
            return
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
            os.replace(self._part, f'{shard}.bin')  # the index counts at once
        self._file.close()
        self._file, self._entries, self._frames = None, [], 0

    def __enter__(self) -> 'ShardWriter':
        return self

    def __exit__(self, kind, *args) -> None:
        if kind is None or issubclass(kind, KeyboardInterrupt):
            self.close()
        elif self._file is not None:
            self._part.unlink()
            self._file.close()


def _open_alone(path: Path) -> BinaryIO:
    """Open a file to fill it anew, unless another process fills it; the lock
    ends with the process. Some network file systems have none."""
    file = open(path, 'ab', buffering=0)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = os.path.samestat(os.fstat(file.fileno()), os.stat(path))
        except (BlockingIOError, FileNotFoundError):
            mine = False
        except OSError:
            mine = True
        if not mine:
            raise RuntimeError(f'{path}: another process writes it; give each '
                               'its own --shard i/n')
        file.truncate(0)
    except BaseException:
        file.close()
        raise
    return file
