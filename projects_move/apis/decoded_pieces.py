"""Videos decoded piece by piece, so that long ones need no more memory."""
import os
import re
from typing import Iterator, List, NamedTuple, Optional

from mmengine.dataset import Compose
from torch.utils.data import IterableDataset, get_worker_info

from .type_name import type_name


class Piece(NamedTuple):
    """Some of the chosen frames of a video.

    Attributes:
        name: Of the video.
        packed: Inputs and data sample; None where there is a problem.
        is_last: Whether nothing more comes of this video.
        problem: Why it failed, empty where it did not.
    """
    name: str
    packed: Optional[dict]
    is_last: bool
    problem: str = ''


class DecodedPieces(IterableDataset):
    """Decoded frames of listed videos; a video that fails gives its reason.

    The pieces of a video follow each other. Workers take the videos in turn.

    Args:
        videos: Data infos with ``video_id`` and ``filename``.
        pipeline: From the file to packed inputs.
        size: Frames or clips of a piece.
    """

    def __init__(self, videos: List[dict], pipeline: List[dict],
                 size: int) -> None:
        self.videos = videos
        self.size = size
        decoders = [
            i for i, step in enumerate(pipeline)
            if re.fullmatch('.*Decode', type_name(step['type']))
        ]
        if len(decoders) != 1:
            raise ValueError('expected one decoder in the test pipeline, '
                             f'found {len(decoders)}')
        self.choose = Compose(pipeline[:decoders[0]])
        self.decode = Compose(pipeline[decoders[0]:])

    def __iter__(self) -> Iterator[Piece]:
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for video in self.videos[first::step]:
            name = video['video_id']
            try:
                yield from self._pieces(name, dict(video))
            except Exception as error:  # decoders raise whatever they like
                yield Piece(name, None, True, _reason(video, error))

    def _pieces(self, name: str, video: dict) -> Iterator[Piece]:
        if not os.path.isfile(video['filename']):
            raise FileNotFoundError('does not exist')
        chosen = self.choose(video)
        clips = chosen['frame_inds'].reshape(-1, chosen['clip_len'])
        if not len(clips):
            raise ValueError('has no frames')
        for start in range(0, len(clips), self.size):
            part = clips[start:start + self.size]
            packed = self.decode(
                dict(chosen, frame_inds=part.flatten(), num_clips=len(part)))
            yield Piece(name, packed, start + self.size >= len(clips))


def _reason(video: dict, error: Exception) -> str:
    return f"{video['filename']}: {type(error).__name__}: {error}"
