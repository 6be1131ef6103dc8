"""Run of a worker over a unit."""
import os
from contextlib import closing
from typing import Callable, Iterator, List

import numpy as np

from projects_move.file_io import UNWRITABLE
from ..job import Outcome
from ..videos import Videos
from ..worker import ExtractionWorker
from .lease import Lease


def run_unit(worker: ExtractionWorker, videos: Videos, missing: np.ndarray,
             lease: Lease, num_crashes: int,
             is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
    """Extract the features of a unit, and record it as done.

    After a crash of an earlier worker, the videos are handled one by one, so
    that the journal knows which video crashes its worker.

    Args:
        videos: Videos of the unit.
        missing: Indices of those without features, int64.
        num_crashes: Number of workers that crashed in this unit.

    Raises:
        OSError: If a video failed because nothing can be written, as on a
            full disk. The unit is left, and a later worker extracts it.
    """
    failures: List[Outcome] = []
    count = 0

    def is_ending() -> bool:
        return is_stopping() or lease.is_lost

    outcomes = _one_by_one(worker, videos, missing, lease, is_ending) \
        if num_crashes else worker.run(videos.take(missing), is_ending)
    # closed, and committed, before the lease ends
    with lease.held(), closing(outcomes):
        for outcome in outcomes:
            count += 1
            if outcome.problem:
                _require_writable(outcome.problem)
                failures.append(outcome)
            yield outcome
        if count == len(missing) and lease.check():
            lease.journal.set_done(lease.unit, failures)


def _require_writable(problem: str) -> None:
    """Raise the error of a problem that any other video would have, too."""
    for code in UNWRITABLE:
        if os.strerror(code) in problem:
            raise OSError(code, os.strerror(code))


def _one_by_one(worker: ExtractionWorker, videos: Videos, missing: np.ndarray,
                lease: Lease, is_ending: Callable[[],
                                                  bool]) -> Iterator[Outcome]:
    """Outcomes of the videos, of those last that crashed a worker. After
    ``tries`` crashes a video has failed."""
    journal, unit, attempt = lease.journal, lease.unit, lease.attempt
    crashes = journal.crashes(unit, attempt)
    try:
        for index in sorted(
                missing.tolist(), key=lambda index: crashes.get(index, 0)):
            video = videos.take(np.array([index]))
            count = crashes.get(index, 0)
            if is_ending():
                return
            if count >= worker.job.tries:
                yield Outcome(
                    video.name(0),
                    f'its worker process crashed or was killed {count} times')
                continue
            if count:
                worker.output.commit()
            with journal.video(unit, attempt, index):
                yield from worker.extract(video, is_ending)
    finally:
        worker.output.commit()
