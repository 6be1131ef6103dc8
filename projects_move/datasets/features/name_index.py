"""Index of the names of many videos.

Names are kept as words of eight bytes, each name with as many words as it
needs, so that one long name does not widen the others. A name is found by a
hash of its words, and its words are then compared.
"""
import sys
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple, Union

import numpy as np

CHUNK = 2**16  # names that are processed at once
FEW = 8  # up to so many names are found faster one by one
# of the hash; odd
FACTORS = (0x9e3779b97f4a7c15, 0xd6e8feb86659fd93, 0xda942042e4dd58b5)


class Words(NamedTuple):
    """Words of N names.

    Attributes:
        words: uint64 ``(N, W)``, zero after the end of a name.
        sizes: Number of words of each name, int64 ``(N,)``.
    """
    words: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, names: np.ndarray) -> 'Words':
        """Words of encoded names, bytes ``(N,)``."""
        width = -(-names.dtype.itemsize // 8)
        padded = np.ascontiguousarray(names, f'S{8 * width}')
        words = padded.view(np.uint64).reshape(len(names), width)
        sizes = np.zeros(len(names), np.int64)
        for i in range(width):
            sizes[words[:, i] != 0] = i + 1
        return cls(words, sizes)

    def flat(self) -> np.ndarray:
        """Words of all names, concatenated."""
        width = self.words.shape[1]
        if (self.sizes == width).all():
            return self.words.reshape(-1)
        return self.words[np.arange(width) < self.sizes[:, None]]

    def hashes(self) -> np.ndarray:
        """Hash of each name, uint64 ``(N,)``; zero words do not change it."""
        hashes = np.zeros(len(self.words), np.uint64)
        factor = FACTORS[0]
        for i in range(self.words.shape[1]):
            word = self.words[:, i] * np.uint64(factor)
            word ^= word >> np.uint64(32)
            word *= np.uint64(FACTORS[1])
            word ^= word >> np.uint64(29)
            hashes += word
            factor = factor * FACTORS[2] % 2**64  # remains odd
        return hashes


def hash_name(name: bytes) -> int:
    """Hash of one name, the same as :meth:`Words.hashes`."""
    result, factor = 0, FACTORS[0]
    for i in range(0, len(name), 8):
        word = int.from_bytes(name[i:i + 8].ljust(8, b'\0'), sys.byteorder)
        word = word * factor % 2**64
        word = (word ^ word >> 32) * FACTORS[1] % 2**64
        result += word ^ word >> 29
        factor = factor * FACTORS[2] % 2**64
    return result % 2**64


class NameIndex:
    """Rows of names; the first name that is added has row 0.

    An index does not change: :meth:`extended` makes another one.
    """

    def __init__(self) -> None:
        self._words = np.empty(0, np.uint64)  # of all names, concatenated
        self._starts = np.zeros(1, np.int64)  # (N + 1,), in words
        # each hash once, sorted, and the row of its first name
        self._hashes = np.empty(0, np.uint64)
        self._rows = np.empty(0, np.uint32)
        # rows of the other names of a hash that has several
        self._collisions: Dict[bytes, int] = {}

    def __len__(self) -> int:
        """Number of different names."""
        return len(self._hashes) + len(self._collisions)

    @property
    def num_rows(self) -> int:
        """Number of names that were added."""
        return len(self._starts) - 1

    def name(self, row: int) -> bytes:
        """Name of a row."""
        first, last = self._starts[row:row + 2]
        return self._words[first:last].tobytes().rstrip(b'\0')

    def names(self) -> Iterator[bytes]:
        """All different names, sorted."""
        rows = [*self._rows.tolist(), *self._collisions.values()]
        return iter(sorted(map(self.name, rows)))

    def extended(self, arrays: Sequence[np.ndarray]
                 ) -> Tuple['NameIndex', List[Tuple[int, int]]]:
        """Index with more names, and the pairs of rows, the one that is found
        and another one, that have the same name.

        Args:
            arrays: Encoded names, bytes ``(N,)`` each.
        """
        parts = [
            Words.of(names[i:i + CHUNK]) for names in arrays
            for i in range(0, len(names), CHUNK)
        ]
        hashes = _join([part.hashes() for part in parts], np.uint64)
        sizes = _join([part.sizes for part in parts], np.int64)
        other = NameIndex()
        other._collisions = dict(self._collisions)
        other._words = np.concatenate(
            [self._words, *(part.flat() for part in parts)])
        other._starts = np.concatenate(
            [self._starts, self._starts[-1] + np.cumsum(sizes)])
        order = np.argsort(hashes, kind='stable')
        hashes = hashes[order]
        places = np.searchsorted(self._hashes, hashes)
        is_new = np.ones(len(hashes), bool)
        is_new[1:] = hashes[1:] != hashes[:-1]
        if len(self._hashes):
            is_new &= self._hashes[places.clip(max=len(self._hashes) -
                                               1)] != hashes
        rows = (self.num_rows + order).astype(np.uint32)
        places = places[is_new]
        other._hashes = np.insert(self._hashes, places, hashes[is_new])
        other._rows = np.insert(self._rows, places, rows[is_new])
        return other, other._pairs(np.sort(rows[~is_new]))

    def _pairs(self, rows: np.ndarray) -> List[Tuple[int, int]]:
        """The row that is found by the name of each row, where it is another
        one; the hash of each row is that of another row."""
        names = [self.name(row) for row in rows]
        pairs = []
        for name, row, found in zip(names, rows.tolist(),
                                    self.find(names).tolist()):
            if found < 0:
                found = self._collisions.setdefault(name, row)
            if found != row:
                pairs.append((found, row))
        return pairs

    def prefer(self, row: int) -> None:
        """Find this row by its name, not the others of that name."""
        name = self.name(row)
        if name in self._collisions:
            self._collisions[name] = row
        else:
            hashes = Words.of(np.array([name])).hashes()
            self._rows[np.searchsorted(self._hashes, hashes)] = row

    def find(self, names: Union[np.ndarray, Sequence[bytes]]) -> np.ndarray:
        """Rows of names, int64 ``(N,)``, -1 for a name that is not there.

        Args:
            names: Encoded names. A list of bytes needs less memory than an
                array if few names are long.
        """
        if len(names) <= FEW:
            return np.array([self._find_one(bytes(name)) for name in names],
                            np.int64)
        return _join([
            self._find(np.asarray(names[i:i + CHUNK]))
            for i in range(0, len(names), CHUNK)
        ], np.int64)

    def _find_one(self, name: bytes) -> int:
        name = name.rstrip(b'\0')  # as numpy
        hashed = hash_name(name)
        place = int(self._hashes.searchsorted(np.uint64(hashed)))
        if place == len(self._hashes) or int(self._hashes[place]) != hashed:
            return -1
        row = int(self._rows[place])
        return row if self.name(row) == name else self._collisions.get(
            name, -1)

    def _find(self, names: np.ndarray) -> np.ndarray:
        if not len(self._hashes):
            return np.full(len(names), -1)
        asked = Words.of(names)
        hashes = asked.hashes()
        order = np.argsort(hashes)  # sorted queries are several times faster
        places = np.empty(len(names), np.int64)
        places[order] = np.searchsorted(self._hashes, hashes[order])
        places[places == len(self._hashes)] = 0
        rows = self._rows[places].astype(np.int64)
        rows[~self._equal(rows, asked)] = -1
        if self._collisions:
            for i in np.flatnonzero(rows < 0):
                rows[i] = self._collisions.get(bytes(names[i]), -1)
        return rows

    def _equal(self, rows: np.ndarray, asked: Words) -> np.ndarray:
        """Whether the names of the rows are the names asked for."""
        starts = self._starts[rows]
        columns = np.arange(asked.words.shape[1])
        found = self._words.take(starts[:, None] + columns, mode='clip')
        same = (found == asked.words) | (columns >= asked.sizes[:, None])
        return same.all(1) & (self._starts[rows + 1] - starts == asked.sizes)


def _join(parts: List[np.ndarray], dtype: type) -> np.ndarray:
    return np.concatenate([np.empty(0, dtype), *parts])
