"""Worker of an extraction: decodes videos, embeds them, writes features."""
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Callable, Deque, Iterator, List, Set, Tuple

import numpy as np
from torch import Tensor

from projects_move.apis.prediction.worker_videos import (WorkerCrashed,
                                                         handle_all)
from projects_move.datasets.features.drafts import DraftError
from projects_move.datasets.features.manifest import (check_manifest,
                                                      write_manifest)
from projects_move.models.recognizers import shifted_frames
from .assembly import ImageChunk, VideoAssembly, chunk_images
from .chunked_decoding import ChunkedVideos, FrameChunk
from .embedder import build_embedder
from .feature_outputs import build_output
from .job import ExtractionJob, Outcome
from .provenance import job_manifest
from .row_batches import Part, fill_batches
from .videos import Videos, leaves_folder

BLOCK = 2**16  # videos of one data loader, which bounds the memory of names
MAX_WRITES = 16  # videos that wait for the disk


def never() -> bool:
    """The answer of an extraction that nobody stops."""
    return False


class ExtractionWorker:
    """Extracts the features of videos. Decoding, backbone and writing overlap,
    and batches are filled across videos.

    Args:
        job: Settings.
        prefix: Start of the names of the shards of a packed store. Workers
            that write to one store at the same time need different prefixes.

    Raises:
        InputError: For weights that cannot be loaded, and for a folder with
            features of another backbone, other weights or another pipeline.
    """

    def __init__(self, job: ExtractionJob, prefix: str = '') -> None:
        self.job = job
        self.embedder = build_embedder(job)
        self.manifest = job_manifest(job, self.embedder)
        self.output = build_output(job, prefix, self.manifest)
        check_manifest(job.out, self.manifest)
        self._has_written = False
        self.segments = shifted_frames(self.embedder.model.backbone)
        self.batch_size = self._whole_segments(job.batch_size)
        num_crops = job.num_crops * (1 + job.flip)
        self.chunk_size = self._whole_segments(job.batch_size // num_crops)

    def _whole_segments(self, count: int) -> int:
        return max(count // self.segments, 1) * self.segments

    def run(self,
            videos: Videos,
            is_stopping: Callable[[], bool] = never) -> Iterator[Outcome]:
        """Extract the features of all videos and commit them.

        A video that fails or crashes its decoder does not end the others;
        without decoding processes a crash ends this process. When
        ``is_stopping`` returns True, the batch in hand is finished and the
        videos that are complete are committed.
        """
        try:
            yield from self.extract(videos, is_stopping)
        finally:
            self.output.commit()

    def extract(self,
                videos: Videos,
                is_stopping: Callable[[], bool] = never) -> Iterator[Outcome]:
        """As :meth:`run`, without the last commit."""
        for start in range(0, len(videos), BLOCK):
            if is_stopping():
                return
            block = videos.take(slice(start, start + BLOCK))
            yield from self._run_block(block, is_stopping)

    def _run_block(self, videos: Videos,
                   is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
        rows = {}
        for row in range(len(videos)):
            name = videos.name(row)
            if leaves_folder(name):
                yield Outcome(
                    name, 'does not lie below data_prefix, and its file would '
                    f'not lie below {self.job.out}')
            else:
                rows[name] = row

        def load(names: List[str]) -> ChunkedVideos:
            return ChunkedVideos(
                videos.take(np.array([rows[name] for name in names])),
                self.job.pipeline, self.chunk_size,
                min(self.job.num_workers, len(names)))

        def handle(chunks: Iterator[FrameChunk]) -> Iterator[Tuple[str, str]]:
            return self._handle(chunks, is_stopping)

        for name, problem, crash in handle_all(
                list(rows), load, handle, self.job.tries, is_stopping):
            if crash:
                file = videos[rows[name]]['filename']
                problem = f'{file}: decoder crashed: {crash}'
            yield Outcome(name, problem)

    def _handle(self, chunks: Iterator[FrameChunk],
                is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
        """Outcomes of the videos of some chunks. Those that are complete
        when a decoder crashes are written before its error is raised."""
        failed: Set[str] = set()
        crashes: List[WorkerCrashed] = []
        outcomes: Deque[Outcome] = deque()
        writes: Deque[Tuple[str, Future]] = deque()
        assembly = VideoAssembly()

        def fail(name: str, problem: str) -> None:
            if name not in failed:
                failed.add(name)
                assembly.drop(name)
                outcomes.append(Outcome(name, problem))

        def parts() -> Iterator[Part]:
            try:
                for chunk in chunks:
                    if chunk.packed is None:
                        fail(chunk.name, chunk.problem)
                    elif chunk.name not in failed:
                        yield self._part(chunk)
                    if is_stopping():
                        return
            except WorkerCrashed as error:
                crashes.append(error)

        with ThreadPoolExecutor(1) as writer:
            batches = fill_batches(parts(), self.batch_size)
            for part, rows in self.embedder.embed(batches):
                name = part.owner.name
                if isinstance(rows, Exception):
                    fail(name, f'{type(rows).__name__}: {rows}')
                if name not in failed:
                    features = assembly.add(part, rows)
                    if features is not None:
                        writes.append(
                            (name, writer.submit(self._write, name, features)))
                while writes and (len(writes) > MAX_WRITES
                                  or writes[0][1].done()):
                    outcomes.append(Outcome(*_result(writes.popleft())))
                while outcomes:
                    yield outcomes.popleft()
            outcomes += [Outcome(*_result(write)) for write in writes]
            yield from outcomes
        if crashes:
            raise crashes[0]

    def _part(self, chunk: FrameChunk) -> Part:
        job, images = self.job, chunk.packed['inputs']
        num_frames = len(images) // job.num_crops
        num_crops = job.num_crops * (1 + job.flip)
        owner = ImageChunk(chunk.name, chunk.packed['data_samples'],
                           chunk.is_last, num_crops, num_frames)
        return Part(
            owner, chunk_images(images, job.num_crops, job.flip,
                                self.segments))

    def _write(self, name: str, features: Tensor) -> str:
        """Write the features of a video; returns its problem, empty if there
        is none. That another process writes the store is no fault of it."""
        with np.errstate(over='ignore'):  # reported below
            rows = features.numpy().astype(self.job.dtype)
        if not np.isfinite(rows).all():
            return ('features hold NaN or are too large for '
                    f'{self.job.dtype}')
        try:
            if not self._has_written:
                write_manifest(self.job.out, self.manifest)
                self._has_written = True
            self.output.write(name, rows)
        except DraftError:
            raise
        except (OSError, ValueError) as error:  # a full disk, a long name
            return f'{type(error).__name__}: {error}'
        return ''


def _result(write: Tuple[str, Future]) -> Tuple[str, str]:
    name, future = write
    return name, future.result()
