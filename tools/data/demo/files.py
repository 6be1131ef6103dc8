"""Atomic writing of the demonstration clips as mp4 files."""
import errno
import multiprocessing
import os
from pathlib import Path
from typing import Iterator, NamedTuple, Sequence

import cv2

from .scenes import Clip, render_clip


class Job(NamedTuple):
    """Clip to render and its file."""
    path: str
    clip: Clip
    size: int
    fps: int


def is_complete(path: Path) -> bool:
    """Whether an mp4 file is complete: its boxes end at its last byte.

    The box ``moov``, which every reader needs, is written last.
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
    """Render a clip to a draft, then rename the draft."""
    path = Path(job.path)
    draft = path.with_name(f'.{path.stem}.part.mp4')
    try:
        _write_video(draft, job)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _write_video(path: Path, job: Job) -> None:
    """Render a clip.

    Raises:
        OSError: Of the clip, because OpenCV reports no error of writing.
    """
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), job.fps,
        (job.size, job.size))
    if not writer.isOpened():
        raise OSError(
            errno.EIO, f'OpenCV {cv2.__version__} cannot write this mp4 file: '
            'is the folder writable, and was OpenCV built with FFmpeg?',
            job.path)
    for frame in render_clip(job.clip, job.size, job.fps):
        writer.write(frame)
    writer.release()
    if not is_complete(path):
        raise OSError(
            errno.EIO, f'OpenCV {cv2.__version__} wrote an incomplete file: '
            'is the disk full?', job.path)


def _use_one_thread() -> None:
    cv2.setNumThreads(1)


def render_all(jobs: Sequence[Job], num_workers: int) -> Iterator[None]:
    """Render clips; yields after each one."""
    if num_workers <= 1 or len(jobs) < 2:
        yield from map(render_file, jobs)
        return
    context = multiprocessing.get_context('spawn')
    with context.Pool(num_workers, _use_one_thread) as pool:
        yield from pool.imap_unordered(render_file, jobs, chunksize=4)
