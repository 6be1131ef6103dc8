"""Decoding of videos in chunks of frames, which bounds the memory of long
videos."""
import os
import re
from typing import Iterator, List, NamedTuple, Optional

from mmengine.dataset import Compose

from projects_move.apis.configs import type_name
from projects_move.apis.prediction.worker_videos import WorkerVideos
from projects_move.datasets.videos.video_files import find_video
from projects_move.errors import InputError
from .videos import Videos


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


class ChunkedVideos(WorkerVideos):
    """Decoded frames of a list of videos, in chunks.

    A video that fails yields one chunk with the reason.

    Args:
        videos: Videos, whose data infos have ``video_id`` and ``filename``.
        pipeline: Transforms from the file to packed inputs.
        chunk_size: Frames or clips of a chunk.
        num_workers: Workers of the data loader.

    Raises:
        InputError: For a pipeline without exactly one decoder.
    """

    def __init__(self,
                 videos: Videos,
                 pipeline: List[dict],
                 chunk_size: int,
                 num_workers: int = 0) -> None:
        super().__init__(videos, num_workers)
        self.chunk_size = chunk_size
        # two batches in advance: two chunks of long videos, or more chunks of
        # videos from which the pipeline samples few frames
        num_frames = min([
            chunk_size,
            *(s['num_frames'] for s in pipeline if s.get('num_frames'))
        ])
        self.prefetch = 2 * chunk_size // num_frames
        decoders = [
            i for i, step in enumerate(pipeline)
            if re.fullmatch('.*Decode', type_name(step['type']))
        ]
        if len(decoders) != 1:
            raise InputError('expected one decoder in the test pipeline, '
                             f'found {len(decoders)}')
        self.reads_folders = any(
            type_name(step['type']) == 'VideoInit' for step in pipeline)
        self.sample = Compose(pipeline[:decoders[0]])
        self.decode = Compose(pipeline[decoders[0]:])

    def items(self, video: dict) -> Iterator[FrameChunk]:
        """Chunks of a video."""
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
        video['filename'] = find_video(video['filename'])
        if os.path.isdir(video['filename']) and not self.reads_folders:
            raise InputError(f"{video['filename']} is a folder: expected "
                             'VideoInit in the pipeline, which reads frames')
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
