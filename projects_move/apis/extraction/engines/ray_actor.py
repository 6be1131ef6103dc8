"""Actor of Ray that extracts units."""
import os
import secrets
import socket
import time
import traceback
from typing import Any, Dict, NamedTuple

from mmengine.registry import init_default_scope
from mmengine.utils import import_modules_from_strings

from projects_move.apis.tool_errors import input_fault
from ..job import ExtractionJob
from ..worker import ExtractionWorker
from .lease import Lease
from .shared_run import SharedRun
from .unit_run import run_unit

STOP = 'stop'  # file of the journal that asks the actors to stop
INTERVAL = 1.  # seconds between two looks at it


class UnitTask(NamedTuple):
    """All that an actor gets once.

    Attributes:
        job: Settings.
        run: The list, its units and the journal.
        seconds: Time after which a lease without heartbeat expires.
        stop: Name of the file that asks the actors of this driver to stop.
        scope: Default scope of the registries.
    """
    job: ExtractionJob
    run: SharedRun
    seconds: float
    stop: str
    scope: str


class UnitActor:
    """Worker in a process of Ray, which gets numbers of units and returns
    when they are done.

    An error is returned, because Ray would try the unit again.

    Args:
        task: Reference to the :class:`UnitTask`.
    """

    def __init__(self, task: Any) -> None:
        import ray
        self.problem = ''
        try:
            self.task: UnitTask = ray.get(task)
            import_modules_from_strings(self.task.job.imports)
            init_default_scope(self.task.scope)
            self.worker = ExtractionWorker(self.task.job,
                                           f'{secrets.token_hex(4)}-')
        except Exception as error:
            self.problem = _text(error)
        self._next_look, self._is_stopping = 0., False

    def __call__(self, row: Dict[str, Any]) -> Dict[str, Any]:
        unit, problem = int(row['unit']), self.problem
        try:
            if not problem and not self.is_stopping():
                self._run(unit)
        except Exception as error:
            problem = _text(error)
        return dict(unit=unit, problem=problem)

    def is_stopping(self) -> bool:
        """Whether the driver asks this actor to stop."""
        now = time.monotonic()
        if not self._is_stopping and now >= self._next_look:
            self._next_look = now + INTERVAL
            self._is_stopping = os.path.exists(self.task.run.journal.folder /
                                               self.task.stop)
        return self._is_stopping

    def _run(self, unit: int) -> None:
        """Extract a unit. Ray has seen the end of the actor that had it
        before, if there was one, so its lease need not expire."""
        run, journal = self.task.run, self.task.run.journal
        state = journal.state()
        if unit in state.done:
            return
        earlier = state.of(unit)
        if not journal.begin(unit, earlier.count):
            return
        indices = run.indices(unit, self.worker.output, earlier.count)
        lease = Lease(journal, unit, earlier.count, self.task.seconds)
        for _ in run_unit(self.worker, run.units.videos(unit), indices, lease,
                          earlier.num_crashes, self.is_stopping):
            pass


def _text(error: Exception) -> str:
    """Message of a faulty input, or the traceback of another error."""
    message = input_fault(error)
    if message is not None:
        return message
    return f'{socket.gethostname()}: {traceback.format_exc()}'
