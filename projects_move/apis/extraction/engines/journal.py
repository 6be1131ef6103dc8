"""Journal of a run: which units are done, and which attempts failed.

A run is a folder below the output, on the file system that all nodes share:

- ``UNIT.ATTEMPT``: attempt of a worker at a unit, 0, 1, ... It is created
  exclusively (``O_EXCL``, which NFS has from version 3), so one worker has
  it, and never again, so a slow reader cannot mistake a new attempt for an
  old one. Its modification time is the heartbeat of the worker.
- ``UNIT.ATTEMPT.ended``: the worker left the unit in an orderly way. An
  attempt without it crashed, if it is not the last one.
- ``UNIT.ATTEMPT.videos``: videos that were started and ended one by one.
- ``UNIT.done``: the failures of a unit, all of whose videos are handled.
- ``complete``: all units are done.
"""
import json
import os
import re
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set

from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from ..job import Outcome

FOLDER = '.extraction'  # hidden, so that no reader of features lists it
COMPLETE = 'complete'
ENTRY = re.compile(r'(\d+)\.(?:(done)|(\d+)(\.ended)?)')
VIDEO_EVENT = re.compile(r'(start|end) (\d+)')


class Attempts(NamedTuple):
    """Attempts at a unit.

    Attributes:
        count: Number of attempts.
        ended: Attempts whose worker left the unit in an orderly way.
    """
    count: int
    ended: Set[int]

    @property
    def is_free(self) -> bool:
        """Whether no worker has the unit."""
        return not self.count or self.count - 1 in self.ended

    @property
    def num_crashes(self) -> int:
        """Crashes, if the worker of the last attempt has crashed."""
        return self.count - len(self.ended)


class State(NamedTuple):
    """State of a run.

    Attributes:
        done: Units whose videos are all handled.
        attempts: Attempts at the other units.
    """
    done: Set[int]
    attempts: Dict[int, Attempts]

    def of(self, unit: int) -> Attempts:
        """Attempts at a unit that is not done."""
        return self.attempts.get(unit, Attempts(0, set()))


class Journal:
    """Journal of the last run over a list of videos, or of a new one.

    A run ends when all of its units are done. A worker that starts before
    joins it; a worker that starts later begins a new run, which tries the
    videos again that failed.

    Args:
        out: Folder of the features.
        digest: Digest of the list and of its division into units.

    Raises:
        InputError: For a folder that cannot be written.
    """

    def __init__(self, out: Path, digest: str) -> None:
        runs = out / FOLDER / digest
        try:
            runs.mkdir(parents=True, exist_ok=True)
            numbers = [
                int(name) for name in os.listdir(runs) if name.isdigit()
            ]
        except OSError as error:
            raise InputError(
                f'cannot write into {out}: {error.strerror}') from error
        number = max(numbers, default=0)
        self.folder = runs / str(number)
        if (self.folder / COMPLETE).exists():
            self.folder = runs / str(number + 1)

    def open(self) -> None:
        """Begin or join the run.

        Raises:
            InputError: For a folder that cannot be written.
        """
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(f'cannot write into {self.folder}: '
                             f'{error.strerror}') from error

    def state(self) -> State:
        """State of the units that were begun."""
        done: Set[int] = set()
        count: Dict[int, int] = {}
        ended: Dict[int, Set[int]] = {}
        with os.scandir(self.folder) as entries:
            names = [entry.name for entry in entries]
        for match in filter(None, map(ENTRY.fullmatch, names)):
            unit, is_done, attempt, is_end = match.groups()
            if is_done:
                done.add(int(unit))
                continue
            own = ended.setdefault(int(unit), set())
            count[int(unit)] = max(count.get(int(unit), 0), int(attempt) + 1)
            if is_end:
                own.add(int(attempt))
        return State(
            done, {
                unit: Attempts(count[unit], ended[unit])
                for unit in count if unit not in done
            })

    def path(self, unit: int, attempt: int) -> Path:
        """File of an attempt."""
        return self.folder / f'{unit}.{attempt}'

    def begin(self, unit: int, attempt: int) -> bool:
        """Begin an attempt; returns whether no other worker has begun it."""
        try:
            os.close(
                os.open(
                    self.path(unit, attempt),
                    os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            return False
        return True

    def end(self, unit: int, attempt: int) -> None:
        """Leave a unit, whose next worker need not suspect its videos."""
        Path(f'{self.path(unit, attempt)}.ended').touch()

    def is_done(self, unit: int) -> bool:
        """Whether all videos of a unit are handled."""
        return (self.folder / f'{unit}.done').exists()

    def set_done(self, unit: int, failures: List[Outcome]) -> None:
        """Record that all videos of a unit have features or a failure."""
        with atomic_write(self.folder / f'{unit}.done') as draft:
            draft.write_text(json.dumps(failures))  # names may be no Unicode

    def failures(self, unit: int) -> List[Outcome]:
        """Failures of a unit that is done."""
        content = (self.folder / f'{unit}.done').read_text()
        return [Outcome(*failure) for failure in json.loads(content)]

    def set_complete(self) -> None:
        """Record that all units are done."""
        (self.folder / COMPLETE).touch()

    @contextmanager
    def video(self, unit: int, attempt: int, index: int) -> Iterator[None]:
        """Record the start of a video and, if the worker survives, its end.

        Args:
            index: Index of the video in the unit.
        """
        with open(f'{self.path(unit, attempt)}.videos', 'a') as file:

            def record(event: str) -> None:
                file.write(f'{event} {index}\n')
                file.flush()
                os.fsync(file.fileno())  # the next line may end the machine

            record('start')
            try:
                yield
            finally:
                record('end')

    def crashes(self, unit: int, attempt: int) -> Dict[int, int]:
        """Crashes of each video in earlier attempts, by its index."""
        crashes: Dict[int, int] = Counter()
        for earlier in range(attempt):
            path = Path(f'{self.path(unit, earlier)}.videos')
            lines = path.read_text().split('\n') if path.exists() else []
            for line in lines[:-1]:  # the last one is empty or torn
                event = VIDEO_EVENT.fullmatch(line)
                if event:
                    crashes[int(event[2])] += 1 if event[1] == 'start' else -1
        return +crashes
