"""Writer of packed stores; see :mod:`.packed_store` for the format."""
import fcntl
import json
import os
import zlib
from pathlib import Path
from typing import BinaryIO, List, Set, Tuple, Union

import numpy as np

from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from .feature_checks import check_features, check_finite
from .origin import Origin
from .shard_index import SUFFIX, encode_index
from .store_header import STORE, StoreHeader


class ShardWriter:
    """Appends videos to a packed store, in shards that are written
    atomically.

    Args:
        folder: Folder of the store, created if it does not exist.
        dtype: Float type of the stored frames, ``'float16'``, ``'float32'``
            or ``'float64'``.
        channels: C.
        shard_bytes: Size at which a shard is closed.
        prefix: Start of the names of the shards. Processes that write to one
            store at the same time need different prefixes.

    Raises:
        InputError: For a store of another float type or other channels.
    """

    def __init__(self,
                 folder: Union[str, Path],
                 dtype: str,
                 channels: int,
                 shard_bytes: int = 2**31,
                 prefix: str = '') -> None:
        self.folder = Path(folder)
        self.header = StoreHeader(np.dtype(dtype), channels)
        self.shard_bytes = shard_bytes
        self.prefix = prefix
        self._file = None
        self._entries: List[Tuple[bytes, int, int, int]] = []
        self._names: Set[bytes] = set()
        self._frames = 0
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / STORE).exists():
            with atomic_write(self.folder / STORE) as draft:
                draft.write_text(json.dumps(self.header.as_dict()) + '\n')
        self._check_header()

    def _check_header(self) -> None:
        found = StoreHeader.read(str(self.folder))
        if found != self.header:
            raise InputError(f'{self.folder / STORE}: expected '
                             f'{self.header.as_dict()}, found '
                             f'{found.as_dict()}')

    def add(self, name: str, frames: np.ndarray) -> None:
        """Append a video.

        Args:
            name: Name of the video.
            frames: Features ``(T, C)``, T >= 1.

        Raises:
            InputError: For another shape, for numbers that are not finite
                or are too large for the float type of the store, and for a
                name that was added before.
            RuntimeError: For a prefix that another process uses.
        """
        origin = Origin(None, name)
        check_features(frames, origin, self.header.channels)
        check_finite(frames, origin)
        with np.errstate(over='ignore'):
            stored = np.ascontiguousarray(frames, self.header.dtype)
        largest = np.finfo(self.header.dtype).max
        if not np.isfinite(stored).all():
            raise origin.error(
                f'holds {np.abs(frames).max():.6g}, which is too large for '
                f'{self.header.dtype} (at most {largest}): pack it as float32')
        try:
            key = os.fsencode(name)
        except ValueError as error:
            raise origin.error('no name of a file') from error
        if key in self._names:
            raise origin.error('was added before')
        if self._file is None:
            self._file = _open_locked(self._draft)
        self._append(stored.view(np.uint8).reshape(-1).data)
        self._names.add(key)
        self._entries.append(
            (key, self._frames, len(frames), zlib.crc32(stored)))
        self._frames += len(frames)
        if self._frames * self.header.frame_bytes >= self.shard_bytes:
            self.close()

    def _append(self, content: memoryview) -> None:
        """Write all bytes; an error leaves the shard as it was."""
        try:
            while content:  # an unbuffered write may be partial
                content = content[self._file.write(content):]
        except BaseException:
            self._keep_frames()
            raise

    def _keep_frames(self) -> None:
        """Remove bytes after the frames."""
        self._file.truncate(self._frames * self.header.frame_bytes)

    @property
    def _draft(self) -> Path:
        # a fixed name, so that the next writer replaces a draft after a crash
        return self.folder / f'.{self.prefix}part'

    def close(self) -> None:
        """Close the open shard, after which its videos can be read.

        Raises:
            InputError: For a store whose float type or channels another
                writer has changed.
        """
        if self._file is None:
            return
        self._check_header()
        index, trailer = encode_index(self._entries, self.header)
        shard = self.folder / self._next_name()
        self._append(memoryview(trailer))
        try:
            os.fsync(self._file.fileno())
            with atomic_write(f'{shard}{SUFFIX}') as draft:
                draft.write_bytes(index)
                # before the index, which declares the shard complete
                os.replace(self._draft, f'{shard}.bin')
        except BaseException:
            if not self._draft.exists():
                os.replace(f'{shard}.bin', self._draft)
            self._keep_frames()
            raise
        self._file.close()
        self._file, self._entries, self._frames = None, [], 0

    def _next_name(self) -> str:
        """Name of a shard that does not exist."""
        number = len(list(self.folder.glob(f'{self.prefix}*.bin')))
        while (self.folder / f'{self.prefix}{number:05d}.bin').exists():
            number += 1
        return f'{self.prefix}{number:05d}'

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
