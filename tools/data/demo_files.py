"""Writes the demonstration clips as mp4 files, each whole or not at all."""
import multiprocessing
import os
from pathlib import Path
from typing import Iterator, NamedTuple, Sequence

import cv2
from demo_scenes import Clip, render_clip


class Job(NamedTuple):
    """One clip to render."""
    path: str
    clip: Clip
    size: int
    fps: int


def is_whole(path: Path) -> bool:
    """Whether the boxes of an mp4 file fill it to its last byte.

    ``moov``, without which nothing can be read, is the last box written.
    """
    if not path.is_file():
        return False
    total, position, kinds = path.stat().st_size, 0, set()
    with path.open('rb') as file:
        while position < total:
            file.seek(position)
            size, kind = int.from_bytes(file.read(4), 'big'), file.read(4)
            if size == 1:  # a 64-bit size follows
                size = int.from_bytes(file.read(8), 'big')
            if size < 8:
                return False
            position += size
            kinds.add(kind)
    return position == total and {b'ftyp', b'mdat', b'moov'} <= kinds


def render_file(job: Job) -> None:
    """Renders a clip beside its final name, then moves it there."""
    path = Path(job.path)
    draft = path.with_name(f'.{path.stem}.part.mp4')
    writer = cv2.VideoWriter(
        str(draft), cv2.VideoWriter_fourcc(*'mp4v'), job.fps,
        (job.size, job.size))
    if not writer.isOpened():
        raise OSError(f'{draft}: OpenCV {cv2.__version__} cannot write an '
                      'mp4 file there: is the folder writable, and was this '
                      'OpenCV built with FFmpeg?')
    for frame in render_clip(job.clip, job.size, job.fps):
        writer.write(frame)
    writer.release()
    if not is_whole(draft):
        raise OSError(f'{draft}: OpenCV {cv2.__version__} left an incomplete '
                      'file: is the disk full?')
    os.replace(draft, path)


def _start_worker() -> None:
    cv2.setNumThreads(1)


def render_all(jobs: Sequence[Job], workers: int) -> Iterator[None]:
    if workers <= 1 or len(jobs) < 2:
        yield from map(render_file, jobs)
        return
    context = multiprocessing.get_context('spawn')
    with context.Pool(workers, _start_worker) as pool:
        yield from pool.imap_unordered(render_file, jobs, chunksize=4)
