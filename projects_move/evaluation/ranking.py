"""Ranks of a few videos among many, without sorting the many.

Average precision asks only for the ranks of the positive videos of a class,
which are one in hundreds. Scores are counted in bins; only those that share
one with a positive are looked at more closely.
"""
from typing import Tuple

import numpy as np

FEW = 11  # so many are counted one by one
BITS = 16  # of the number of bins


class RankCounter:
    """Counts the videos that rank ahead of some, class after class.

    Equal scores rank by their place in the list. Memory is used again from
    class to class, which is most of the speed.

    Args:
        order: Places in the list of the videos that are counted, ascending,
            ``(N,)``.

    Example:
        >>> scores = np.array([.5, .9, .5, .1], dtype=np.float32)
        >>> counter = RankCounter(np.arange(4))
        >>> counter.ahead_of(scores[2:], np.array([2, 3]), scores)
        array([2, 3])
    """

    def __init__(self, order: np.ndarray) -> None:
        self.order = order
        self._scores = np.empty(len(order), np.float32)
        self._upper = np.empty(len(order), np.int32)
        self._bins = np.empty(len(order), np.intp)
        self._flags = np.empty(len(order), bool)

    def ahead_of(self, values: np.ndarray, places: np.ndarray,
                 scores: np.ndarray) -> np.ndarray:
        """Number of videos ahead of each of P others, or of its own.

        Args:
            values: Scores of the few, float32 ``(P,)``.
            places: Theirs in the list, ``(P,)``.
            scores: Of the many, float32 ``(N,)``, without NaN.

        Returns:
            int64 ``(P,)``.
        """
        if not len(values) or not len(scores):
            return np.zeros(len(values), np.int64)
        if len(values) <= FEW:
            return np.array([
                self._ahead_of_one(value, place, scores)
                for value, place in zip(values, places)
            ])
        scores, order = self._from(values.min(), scores)
        keys, wanted = self._keys(scores), _ordered(values + np.float32(0))
        bins, wanted_bins, num_bins, shift = self._bins_of(keys, wanted)
        up_to = np.cumsum(np.bincount(bins, minlength=num_bins))
        ahead = len(keys) - up_to[wanted_bins]

        # the same question among those that share a bin with a positive
        shared = np.zeros(num_bins, bool)
        shared[wanted_bins] = True
        near = np.flatnonzero(
            shared.take(bins, out=self._flags[:len(bins)], mode='clip'))
        near = _placed(keys[near], order[near])
        near.sort()
        ahead += np.searchsorted(near, _placed(wanted, places))
        return ahead - np.searchsorted(near,
                                       _placed(wanted | ((1 << shift) - 1), 0))

    def _ahead_of_one(self, value: np.float32, place: int,
                      scores: np.ndarray) -> int:
        ahead = np.count_nonzero(np.greater(scores, value, out=self._flags))
        equal = np.flatnonzero(np.equal(scores, value, out=self._flags))
        return ahead + np.count_nonzero(self.order[equal] < place)

    def _from(self, lowest: np.float32,
              scores: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        """Scores that are not lower, with their places, where that leaves
        most of them out."""
        kept = np.greater_equal(scores, lowest, out=self._flags)
        if 2 * np.count_nonzero(kept) > len(scores):
            return scores, self.order
        index = np.flatnonzero(kept)
        return scores[index], self.order[index]

    def _keys(self, scores: np.ndarray) -> np.ndarray:
        room = self._scores[:len(scores)]
        np.add(scores, np.float32(0), out=room)  # -0 becomes 0
        return _ordered(room)

    def _bins_of(self, keys: np.ndarray, wanted: np.ndarray
                 ) -> Tuple[np.ndarray, np.ndarray, int, int]:
        """Bins of both, from 0, how many there are, and how many bits of a
        key they leave out."""
        lowest = int(min(keys.min(initial=wanted[0]), wanted.min()))
        highest = int(max(keys.max(initial=wanted[0]), wanted.max()))
        shift = max((highest - lowest).bit_length() - BITS, 0)
        lowest >>= shift
        bins = self._bins[:len(keys)]
        upper = np.right_shift(keys, shift, out=self._upper[:len(keys)])
        np.subtract(upper, lowest, out=bins, dtype=np.intp)
        return (bins, (wanted >> shift) - lowest,
                (highest >> shift) - lowest + 1, shift)


def _ordered(scores: np.ndarray) -> np.ndarray:
    """The bits of scores as int32 that order as they do."""
    bits = scores.view(np.int32)
    if bits.min(initial=0) < 0:
        bits = bits ^ (bits >> 31 & 0x7fffffff)
    return bits


def _placed(keys: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Keys and places below 2**32 as one number, int64, the first in rank
    the lowest."""
    return ((~keys).astype(np.int64) << 32) | places
