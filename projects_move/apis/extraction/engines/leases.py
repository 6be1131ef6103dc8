"""Engine whose nodes claim units by lease files on a shared file system."""
import os
import random
import secrets
import socket
import time
from collections import defaultdict
from typing import Callable, Dict, Iterator, NamedTuple, Optional, Set, Tuple

from projects_move.apis.distributed import gather
from ..job import ExtractionJob, Outcome
from ..videos import Videos
from ..worker import ExtractionWorker
from .engine import Summary
from .journal import Attempts, State
from .lease import BEATS, Lease, LeaseClock
from .shared_run import SharedRun
from .unit_run import run_unit

WAIT = 5.  # longest time in seconds between two looks at the leases of others


class Claim(NamedTuple):
    """Unit that this node has claimed, and its earlier attempts."""
    unit: int
    earlier: Attempts


class LeaseEngine:
    """A node of a job whose nodes share nothing but the file system.

    Each node runs the same command. It claims a unit, extracts it, and claims
    the next. A node that finds no unit to claim waits for those of the
    others, and takes over the ones whose node crashed.

    Args:
        unit_videos: Number of videos of a unit; None chooses it.
        seconds: Time after which a lease without heartbeat expires.
    """

    def __init__(self,
                 unit_videos: Optional[int] = None,
                 seconds: float = 120.) -> None:
        self.unit_videos = unit_videos
        self.seconds = seconds
        token = secrets.token_hex(4)
        self.node = f'{socket.gethostname()}-{os.getpid()}-{token}'
        self.prefix = f'{token}-'
        self._random = random.Random(token)
        # names that were reported, of units that this node did not finish
        self._reported: Dict[int, Set[str]] = defaultdict(set)

    def start(self, job: ExtractionJob, videos: Videos) -> int:
        self.worker = ExtractionWorker(job, self.prefix)
        self.run = SharedRun(job, videos, self.worker.output, self.unit_videos)
        self.journal = self.run.journal
        print(f'node {self.node}: {self.run}, into {job.out}')
        return self.run.num_missing

    def outcomes(self, is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
        todo = self.run.todo
        if not todo:
            return
        clock = LeaseClock(self.journal, self.node, self.seconds)
        try:
            while todo and not is_stopping():
                state = self.journal.state()
                for unit in sorted(todo & state.done):
                    todo.remove(unit)
                    reported = self._reported.pop(unit, set())
                    for outcome in self.run.outcomes(unit):
                        if outcome.name not in reported:
                            yield outcome
                claim = self._claim(state, clock)
                if claim is not None:
                    yield from self._extract(claim, is_stopping)
                elif todo:
                    time.sleep(min(self.seconds / BEATS, WAIT))
        finally:
            clock.close()
        if not todo:
            self.journal.set_complete()

    def _claim(self, state: State, clock: LeaseClock) -> Optional[Claim]:
        """Claim a unit, if there is one. Those in which a node crashed come
        last, so that a video that crashes its worker delays no other unit."""

        def priority(unit: int) -> Tuple[bool, int]:
            attempts = state.of(unit)
            return not attempts.is_free, attempts.num_crashes

        units = list(self.run.todo)
        self._random.shuffle(units)  # so that nodes rarely meet at a unit
        for unit in sorted(units, key=priority):
            earlier = state.of(unit)
            if not earlier.is_free and \
                    not clock.has_expired(unit, earlier.count - 1):
                continue
            if self.journal.begin(unit, earlier.count):
                return Claim(unit, earlier)
        return None

    def _extract(self, claim: Claim,
                 is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
        unit, earlier = claim
        reported = self._reported[unit]
        indices = self.run.indices(unit, self.worker.output, earlier.count)
        lease = Lease(self.journal, unit, earlier.count, self.seconds)
        for outcome in run_unit(self.worker, self.run.units.videos(unit),
                                indices, lease, earlier.num_crashes,
                                is_stopping):
            if outcome.name not in reported:
                reported.add(outcome.name)
                yield outcome

    def summary(self, own: Summary) -> Optional[Summary]:
        # torchrun ends all ranks when one exits with an error
        ranks = gather(self.run.summary(self.worker.output))
        return ranks[0] if ranks else None
