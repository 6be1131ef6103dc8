"""Writer of packed stores; see :mod:`.packed_store` for the format."""
import json
import os
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import List, Optional, Set, Tuple, Union

import numpy as np

from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from .drafts import Draft
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
            store at the same time need different prefixes, such as the name
            of the machine and the number of the process.

    Raises:
        InputError: For a store of another float type or other channels, and
            for a prefix that is no start of the name of a visible file.
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
        if prefix.startswith('.') or any(c in prefix for c in '/\0'):
            raise InputError('expected the start of a file name as prefix, '
                             f'without "/" and without "." in front, found '
                             f'{prefix!r}')
        self.prefix = prefix
        self._number = -1  # of the last shard
        self._draft: Optional[Draft] = None
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
            DraftError: For a prefix that another process uses.
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
        if self._draft is None:
            # a fixed name, so that the next writer replaces it after a crash
            self._draft = Draft(self.folder / f'.{self.prefix}shard.draft')
        self._draft.append(stored.view(np.uint8).reshape(-1).data)
        self._names.add(key)
        self._entries.append(
            (key, self._frames, len(frames), zlib.crc32(stored)))
        self._frames += len(frames)
        if self._draft.size >= self.shard_bytes:
            self.close()

    def close(self) -> None:
        """Close the open shard, after which its videos can be read.

        Raises:
            InputError: For a store whose float type or channels another
                writer has changed.
            DraftError: For a draft that was deleted.
        """
        if self._draft is None:
            return
        self._check_header()
        if self._entries:  # none if the first video could not be written
            self._commit()
        self._discard()

    def _commit(self) -> None:
        """Make the draft a shard; an error leaves it as it was."""
        index, trailer = encode_index(self._entries, self.header)
        shard, size = self._reserve_name(), self._draft.size
        try:
            self._draft.append(memoryview(trailer))
            with atomic_write(f'{shard}{SUFFIX}') as draft:
                draft.write_bytes(index)
                # before the index, which declares the shard complete
                self._draft.rename(f'{shard}.bin')
        except BaseException:
            if self._draft.is_at(f'{shard}.bin'):
                os.replace(f'{shard}.bin', self._draft.path)
            else:
                os.unlink(f'{shard}.bin')
            self._draft.truncate(size)
            raise

    def _discard(self) -> None:
        """Delete the draft, unless it has become a shard."""
        draft, self._draft = self._draft, None
        self._entries, self._frames = [], 0
        draft.discard()

    def _reserve_name(self) -> Path:
        """Path of a new shard, without suffix; its ``.bin`` is an empty file,
        so that no other writer takes the name."""
        if self._number < 0:
            pattern = re.compile(re.escape(self.prefix) + r'(\d{5,})\.')
            found = filter(None, map(pattern.match, os.listdir(self.folder)))
            self._number = max((int(match[1]) for match in found), default=-1)
        while True:
            self._number += 1
            shard = self.folder / f'{self.prefix}{self._number:05d}'
            with suppress(FileExistsError):
                os.close(
                    os.open(f'{shard}.bin',
                            os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
                return shard

    def __enter__(self) -> 'ShardWriter':
        return self

    def __exit__(self, kind, *args) -> None:
        try:
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self.close()
        finally:
            if self._draft is not None:
                self._discard()
