"""Comparison of the frames of a video that two shards hold."""
import os
from itertools import zip_longest
from typing import Sequence

import numpy as np

from projects_move.errors import InputError
from .frame_span import FrameSpan

# Norm of the difference of two frames over that of the larger one. Frames of
# MobileNetV2 with its weights of ImageNet differ by at most 0.06 between two
# runs in bfloat16 that round in another way and by 0.10 between bfloat16 and
# float32; two consecutive frames differ by 0.19 and more, two videos by 0.4.
# Frames of one norm have a cosine of 0.99 at this limit; unlike the cosine it
# also finds another scale.
TOLERANCE = .14


def require_same_video(name: bytes, spans: Sequence[FrameSpan]) -> None:
    """Check that two or more shards hold the same frames of a video, up to
    rounding.

    Frames with equal checksums are not read.

    Raises:
        InputError: For other numbers of frames and for a frame that differs
            by more than ``TOLERANCE``, with the shards; for frames that
            cannot be read or differ from their checksum.
    """
    first = spans[0]
    for span in spans[1:]:
        problem = _difference(first, span)
        if problem:
            raise InputError(
                f'video {os.fsdecode(name)} is in two shards, '
                f'{first.file.path} and {span.file.path}, {problem}; delete '
                'one shard, its .bin and its .index.npy')


def _difference(one: FrameSpan, other: FrameSpan) -> str:
    """What distinguishes two videos, empty for the same one."""
    if len(one) != len(other):
        return f'with {len(one)} and {len(other)} frames'
    if one.crc32 is not None and one.crc32 == other.crc32:
        return ''
    start = 0
    # zip would not reach the comparison with the second checksum
    for a, b in zip_longest(one.chunks(), other.chunks()):
        a, b = a.astype(np.float64), b.astype(np.float64)
        sizes = np.maximum(np.abs(a).max(1), np.abs(b).max(1))[:, None]
        sizes[sizes == 0] = 1
        a, b = a / sizes, b / sizes  # squares of large numbers overflow
        norms = np.maximum(*(np.linalg.norm(each, axis=1) for each in (a, b)))
        differences = np.linalg.norm(a - b, axis=1)
        wrong = ~(differences <= TOLERANCE * norms)  # also for NaN
        if wrong.any():
            row = int(wrong.argmax())
            return (f'whose frames {start + row} differ by '
                    f'{differences[row] / norms[row]:.3g} of their norm, '
                    f'more than {TOLERANCE}, as if other weights or another '
                    'video had given them')
        start += len(a)
    return ''
