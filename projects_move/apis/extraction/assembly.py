"""Features of whole videos, from the rows of their chunks."""
from collections import defaultdict
from typing import Dict, List, NamedTuple, Optional

import torch
from mmengine.structures import BaseDataElement
from torch import Tensor

from .row_batches import Part


class ImageChunk(NamedTuple):
    """Chunk of a video whose images are embedded.

    Attributes:
        name: Name of the video.
        sample: Its data sample.
        is_last: Whether this is the last chunk of the video.
        num_crops: Number of crops and mirror images of each frame, K.
        num_frames: Number of frames, T.
    """
    name: str
    sample: BaseDataElement
    is_last: bool
    num_crops: int
    num_frames: int


def chunk_images(images: Tensor, num_crops: int, flip: bool,
                 segments: int) -> Tensor:
    """Images of a chunk, crop by crop, with mirror images at the end.

    Args:
        images: ``(K * T, ...)``, the first crop of all frames first.
        num_crops: K.
        flip: Whether to add the mirror images.
        segments: Number of frames among which the backbone shifts channels.
            The last frame is repeated up to a multiple of it.

    Example:
        >>> frames = torch.tensor([[1, 2], [3, 4]])
        >>> chunk_images(frames, 1, flip=True, segments=1).tolist()
        [[1, 2], [3, 4], [2, 1], [4, 3]]
    """
    crops = images.unflatten(0, (num_crops, -1))
    if flip:
        crops = torch.cat([crops, crops.flip(-1)])
    missing = -crops.shape[1] % segments
    if missing:
        last = crops[:, -1:]
        crops = torch.cat([crops, *[last] * missing], dim=1)
    return crops.flatten(0, 1)


class VideoAssembly:
    """Collects the features of the parts of each video."""

    def __init__(self) -> None:
        self._parts: Dict[str, List[Tensor]] = defaultdict(list)
        self._chunks: Dict[str, List[Tensor]] = defaultdict(list)

    def add(self, part: Part, rows: Tensor) -> Optional[Tensor]:
        """Add the features ``(n, C)`` of a part.

        Returns:
            Features of the video ``(T * K, C)`` after its last part, the crops
            of a frame next to each other; else None.
        """
        chunk: ImageChunk = part.owner
        self._parts[chunk.name].append(rows)
        if not part.is_last:
            return None
        crops = torch.cat(self._parts.pop(chunk.name)).unflatten(
            0, (chunk.num_crops, -1))[:, :chunk.num_frames]  # (K, T, C)
        self._chunks[chunk.name].append(crops.transpose(0, 1).flatten(0, 1))
        return torch.cat(self._chunks.pop(
            chunk.name)) if chunk.is_last else None

    def drop(self, name: str) -> None:
        """Forget a video."""
        self._parts.pop(name, None)
        self._chunks.pop(name, None)
