"""Published figures of a list, and the comparison of a list with them."""
import hashlib
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

import numpy as np

from projects_move.datasets.lists.annotations import Annotations, fingerprint
from projects_move.datasets.lists.text.files import read_text
from projects_move.errors import InputError


class PublishedList(NamedTuple):
    """Figures of a list that its authors publish.

    Attributes:
        videos: Number of videos.
        classes: Number of classes with a video.
        largest: Number of videos of the most frequent class.
        smallest: Number of videos of the rarest of these classes.
        class_counts: SHA-256 of the number of videos of each class, in the
            order of the class indices and separated by commas; None if it is
            not published.
        fingerprint: SHA-256 of the list; None if the authors' file could not
            be read when the script was written.
    """
    videos: int
    classes: int
    largest: int
    smallest: int
    class_counts: Optional[str] = None
    fingerprint: Optional[str] = None


def require_published(name: str, found: Annotations, num_classes: int,
                      published: PublishedList) -> str:
    """Compare a list with the published figures.

    Args:
        name: Name of the list, for the error.
        found: The list.
        num_classes: Number of classes of the benchmark.
        published: The figures.

    Returns:
        What was compared, for people.

    Raises:
        InputError: If a figure differs.
    """
    counts = np.bincount([row[0] for row in found.labels],
                         minlength=num_classes)
    present = counts[counts > 0]
    figures = PublishedList(
        len(found.names), len(present), int(present.max(initial=0)),
        int(present.min()) if len(present) else 0, counts_digest(counts),
        fingerprint(found))
    differences = _differences(figures, published)
    if differences:
        raise InputError(
            f'{name} is not the list of the benchmark: ' +
            '; '.join(differences) +
            ' (tools/data/make_dataset.py is for lists of your own)')
    if published.fingerprint:
        return 'the official list'
    return 'the published number of videos of each class'


def counts_digest(counts: Sequence[int]) -> str:
    """SHA-256 of class counts.

    Example:
        >>> counts_digest([3, 1])[:8]  # of the text 3,1
        '5cc133d7'
    """
    text = ','.join(str(int(count)) for count in counts)
    return hashlib.sha256(text.encode()).hexdigest()


def require_git_blob(path: Path, expected: str) -> None:
    """Check that a text file is the one of a git repository, whatever its line
    ends.

    Raises:
        InputError: If it is another.
    """
    found = git_blob_id(read_text(path))
    if found != expected:
        raise InputError(f'{path} is not the file of the authors: expected the'
                         f' git blob {expected}, found {found}')


def git_blob_id(text: str) -> str:
    r"""Id of a text as ``git hash-object`` gives it.

    Example:
        >>> git_blob_id('a\n')[:8]
        '78981922'
    """
    data = text.encode()
    return hashlib.sha1(b'blob %d\0' % len(data) + data).hexdigest()


def _differences(figures: PublishedList,
                 published: PublishedList) -> List[str]:
    """Differences of the numbers; of the digests only if there are none."""
    names = ('videos', 'classes with a video', 'videos of the largest class',
             'videos of the smallest class')
    found = [
        f'expected {expected:,} {name}, found {number:,}'
        for name, number, expected in zip(names, figures, published)
        if number != expected
    ]
    if found:
        return found
    if published.class_counts not in (None, figures.class_counts):
        return ['the number of videos of each class differs from the '
                'published one, the total does not']  # yapf: disable
    if published.fingerprint not in (None, figures.fingerprint):
        return ['the names of videos, their labels or their order differ from '
                'the published ones, the number of videos of each class does '
                'not']  # yapf: disable
    return []


def require_disjoint(**lists: Annotations) -> None:
    """Check that no video is in two splits.

    Raises:
        InputError: With the first video that is, and both splits.
    """
    split_of = {}
    for split, videos in lists.items():
        for name, line in zip(videos.names, videos.lines):
            other = split_of.setdefault(name, split)
            if other != split:
                raise InputError(f'video {name!r} is in {other} and in {split}'
                                 f' (entry {line}): expected one of them')
