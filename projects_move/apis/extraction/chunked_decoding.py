"""Videos decoded piece by piece, so that long ones need no more memory."""
import os
import re
import signal
from threading import current_thread, main_thread
from typing import Iterator, List, NamedTuple, Optional

import torch
from mmengine.dataset import Compose
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from projects_move.apis.config_types import type_name


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
        num_workers: Of the data loader.
    """

    def __init__(self,
                 videos: List[dict],
                 pipeline: List[dict],
                 size: int,
                 num_workers: int = 0) -> None:
        self.videos = videos
        self.size = size
        self.num_workers = num_workers
        decoders = [
            i for i, step in enumerate(pipeline)
            if re.fullmatch('.*Decode', type_name(step['type']))
        ]
        if len(decoders) != 1:
            raise ValueError('expected one decoder in the test pipeline, '
                             f'found {len(decoders)}')
        self.choose = Compose(pipeline[:decoders[0]])
        self.decode = Compose(pipeline[decoders[0]:])
        # the video that each worker has in hand; -1 before its first
        self._in_hand = torch.full((max(num_workers, 1), ), -1).share_memory_()

    @property
    def in_hand(self) -> List[str]:
        """Names of the videos that the workers were at last."""
        return [
            self.videos[i]['video_id'] for i in self._in_hand.tolist()
            if i >= 0
        ]

    def __iter__(self) -> Iterator[Piece]:
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for i in range(first, len(self.videos), step):
            self._in_hand[first] = i
            video = self.videos[i]
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


class DecoderDied(RuntimeError):
    """A decoder took its process along."""


def decoded(pieces: DecodedPieces) -> Iterator[Piece]:
    """The pieces, from a data loader.

    PyTorch raises the death of a worker wherever the main thread is, even
    long after; here it comes where the next piece is asked for.

    Raises:
        DecoderDied: With what the loader says of it. That may be any error
            of a connection, as what a video raises comes as its problem.
    """
    loader = iter(
        DataLoader(pieces, batch_size=None, num_workers=pieces.num_workers))
    watched = pieces.num_workers and current_thread() is main_thread()
    handler = watched and signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield from loader
    except Exception as error:
        if not pieces.num_workers:
            raise
        raise DecoderDied(f'{type(error).__name__}: {error}') from error
    finally:
        if pieces.num_workers:  # now, and not when Python gets to it
            loader._shutdown_workers()
        if watched:
            signal.signal(signal.SIGCHLD, handler or signal.SIG_DFL)
