"""Units of an extraction: runs of consecutive videos of its list."""
import hashlib
from typing import List, Optional

import numpy as np

from ..videos import Videos

# videos of a unit by default: a thousandth of the list, within these bounds.
# A unit is at least one shard of a packed store, and after the crash of a
# worker its videos are handled one by one
SMALLEST, LARGEST = 16, 4096


class Units:
    """Division of a list of videos into units of equal size.

    Args:
        videos: All videos, the same on each node.
        size: Number of videos of a unit; the last one may be smaller. None
            chooses it by the number of videos.

    Example:
        >>> videos = Videos(np.array([b'a', b'b', b'c']), dict)
        >>> units = Units(videos, 2)
        >>> len(units), units.videos(1).names.tolist()
        (2, [b'c'])
    """

    def __init__(self, videos: Videos, size: Optional[int] = None) -> None:
        self.all_videos = videos
        self.size = size or min(max(len(videos) // 1000, SMALLEST), LARGEST)

    def __len__(self) -> int:
        return -(-len(self.all_videos) // self.size)

    def videos(self, unit: int) -> Videos:
        """Videos of a unit."""
        start = unit * self.size
        return self.all_videos.take(slice(start, start + self.size))

    def mask(self, videos: Videos) -> np.ndarray:
        """Whether each video of the list is one of some others, bool
        ``(N,)``."""
        return np.isin(self.all_videos.rows, videos.rows)

    def with_any(self, mask: np.ndarray) -> List[int]:
        """Units that contain any of the videos of a mask, sorted."""
        return np.unique(np.flatnonzero(mask) // self.size).tolist()

    def indices(self, unit: int, mask: np.ndarray) -> np.ndarray:
        """Indices in a unit of the videos of a mask, int64."""
        start = unit * self.size
        return np.flatnonzero(mask[start:start + self.size])

    def digest(self) -> str:
        """Digest of the names, their order and the size of a unit."""
        digest = hashlib.sha256(f'{self.size}\0'.encode())
        names = self.all_videos.names
        for start in range(0, len(names), LARGEST):
            digest.update(b'\0'.join(names[start:start + LARGEST].tolist()))
            digest.update(b'\0')
        return digest.hexdigest()[:16]
