"""Decoding of videos in chunks of frames, which bounds the memory of long
videos."""
import os
import re
import signal
from threading import current_thread, main_thread
from typing import Iterator, List, NamedTuple, Optional

import torch
from mmengine.dataset import Compose
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from projects_move.apis.config_utils import type_name
from projects_move.errors import InputError, MissingInputError


class FrameChunk(NamedTuple):
    """Consecutive sampled frames of a video.

    Attributes:
        name: Name of the video.
        packed: Inputs and data sample; None for a video that failed.
        is_last: Whether this is the last chunk of the video.
        problem: Reason of the failure, empty if there is none.
    """
    name: str
    packed: Optional[dict]
    is_last: bool
    problem: str = ''


class ChunkedVideos(IterableDataset):
    """Decoded frames of a list of videos, in chunks.

    The chunks of a video follow each other. Worker ``i`` of ``n`` decodes
    every n-th video, from the i-th. A video that fails yields one chunk with
    the reason.

    Args:
        videos: Data infos with ``video_id`` and ``filename``.
        pipeline: Transforms from the file to packed inputs.
        chunk_size: Frames or clips of a chunk.
        num_workers: Workers of the data loader.

    Raises:
        ValueError: For a pipeline without exactly one decoder.
    """

    def __init__(self,
                 videos: List[dict],
                 pipeline: List[dict],
                 chunk_size: int,
                 num_workers: int = 0) -> None:
        self.videos = videos
        self.chunk_size = chunk_size
        self.num_workers = num_workers
        decoders = [
            i for i, step in enumerate(pipeline)
            if re.fullmatch('.*Decode', type_name(step['type']))
        ]
        if len(decoders) != 1:
            raise ValueError('expected one decoder in the test pipeline, '
                             f'found {len(decoders)}')
        self.sample = Compose(pipeline[:decoders[0]])
        self.decode = Compose(pipeline[decoders[0]:])
        # index of the video that each worker decodes; -1 before the first
        self._active = torch.full((max(num_workers, 1), ), -1).share_memory_()

    @property
    def active_videos(self) -> List[str]:
        """Names of the videos that the workers decoded last."""
        return [
            self.videos[i]['video_id'] for i in self._active.tolist() if i >= 0
        ]

    def __iter__(self) -> Iterator[FrameChunk]:
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for i in range(first, len(self.videos), step):
            self._active[first] = i
            video = self.videos[i]
            try:
                yield from self._chunks(dict(video))
            except Exception as error:  # decoders raise errors of any type
                problem = str(error)
                if not isinstance(error, InputError):
                    problem = (f"{video['filename']}: {type(error).__name__}: "
                               f'{problem}')
                yield FrameChunk(video['video_id'], None, True, problem)

    def _chunks(self, video: dict) -> Iterator[FrameChunk]:
        name = video['video_id']
        if not os.path.isfile(video['filename']):
            raise MissingInputError(f"no video file {video['filename']}")
        sampled = self.sample(video)
        clips = sampled['frame_inds'].reshape(-1, sampled['clip_len'])
        if not len(clips):
            raise InputError(f"video file {video['filename']} has no frames")
        for start in range(0, len(clips), self.chunk_size):
            chunk = clips[start:start + self.chunk_size]
            packed = self.decode(
                dict(
                    sampled, frame_inds=chunk.flatten(), num_clips=len(chunk)))
            is_last = start + self.chunk_size >= len(clips)
            yield FrameChunk(name, packed, is_last)


class DecoderCrashed(RuntimeError):
    """Crash of a decoder, which ended its worker process."""


def iterate_chunks(videos: ChunkedVideos) -> Iterator[FrameChunk]:
    """Chunks from a data loader over the videos.

    After the crash of a worker, PyTorch's handler of SIGCHLD raises an error
    at any line of the main thread. The default handler replaces it during the
    iteration, so that the error is raised here, at the request of the next
    chunk.

    Raises:
        DecoderCrashed: For every error of a data loader with workers. A crash
            may appear as any error of the connection; errors of a video are
            reported in its chunk.
    """
    loader = iter(
        DataLoader(videos, batch_size=None, num_workers=videos.num_workers))
    replaces_handler = videos.num_workers and \
        current_thread() is main_thread()
    if replaces_handler:
        handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield from loader
    except Exception as error:
        if not videos.num_workers:
            raise
        raise DecoderCrashed(f'{type(error).__name__}: {error}') from error
    finally:
        if videos.num_workers:  # before the garbage collector does
            loader._shutdown_workers()
        if replaces_handler:
            signal.signal(signal.SIGCHLD, handler or signal.SIG_DFL)
