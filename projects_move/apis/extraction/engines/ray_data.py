"""Engine that schedules units by Ray Data."""
import logging
import os
import secrets
import signal
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Callable, Iterator, Optional

from mmengine.registry import DefaultScope

from projects_move.errors import InputError
from projects_move.utils.stop_signal import SIGNALS
from ..feature_outputs import build_output
from ..job import ExtractionJob, Outcome
from ..videos import Videos
from .engine import Summary
from .ray_actor import INTERVAL, UnitActor, UnitTask
from .shared_run import SharedRun

LOG = 'ray.log'
END = object()  # end of the queue of rows


class RayEngine:
    """Driver of an extraction on a cluster of Ray.

    Ray Data maps numbers of units to actors, each of which is a worker and
    gets the list of the videos once. The actors write features and journal
    themselves, so all nodes need the file system of the output.

    Args:
        unit_videos: Number of videos of a unit; None chooses it.
        num_actors: Number of actors; None is one for each GPU of the cluster,
            or as many as its CPUs allow.
        seconds: Time after which a lease without heartbeat expires.

    Raises:
        InputError: If Ray is not installed.
    """

    def __init__(self,
                 unit_videos: Optional[int] = None,
                 num_actors: Optional[int] = None,
                 seconds: float = 120.) -> None:
        # read at the import; no statistics to the makers of Ray
        os.environ.setdefault('RAY_USAGE_STATS_ENABLED', '0')
        os.environ.setdefault('RAY_BACKEND_LOG_LEVEL', 'fatal')
        try:
            import ray.data  # noqa: F401
        except ImportError as error:
            raise InputError("--engine ray needs Ray: pip install -e '.[ray]' "
                             f"or pip install 'ray[data]' ({error})") from None
        self.unit_videos = unit_videos
        self.num_actors = num_actors
        self.seconds = seconds

    def start(self, job: ExtractionJob, videos: Videos) -> int:
        self.job = job
        self.output = build_output(job)
        self.run = SharedRun(job, videos, self.output, self.unit_videos)
        print(f'ray: {self.run}, into {job.out}')
        return self.run.num_missing

    def outcomes(self, is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
        todo, journal = self.run.todo, self.run.journal
        if not todo:
            return
        for unit in sorted(todo & journal.state().done):
            todo.remove(unit)
            yield from self.run.outcomes(unit)
        if todo:
            stop = journal.folder / f'stop-{secrets.token_hex(4)}'
            with _cluster(journal.folder / LOG):
                for unit in self._handled(stop, is_stopping):
                    if unit in todo and journal.is_done(unit):
                        todo.remove(unit)
                        yield from self.run.outcomes(unit)
        if not todo:
            journal.set_complete()
        elif not is_stopping():  # another worker has some units
            raise InputError(
                f'{len(todo)} units are not done: run the same command again')

    def _handled(self, stop: Path,
                 is_stopping: Callable[[], bool]) -> Iterator[int]:
        """Units that actors have left, until all actors are idle."""
        import ray
        rows: Queue = Queue()
        Thread(target=self._map, args=(stop.name, rows), daemon=True).start()
        try:
            while True:
                try:
                    row = rows.get(timeout=INTERVAL)
                except Empty:
                    if stop.exists() and self._are_idle():
                        return
                else:
                    if row is END:
                        return
                    if isinstance(row, ray.exceptions.RayError):
                        reason = str(row).strip().splitlines() or ['']
                        raise InputError(
                            f'Ray: {type(row).__name__}: {reason[0]} (see '
                            f'{stop.parent}/{LOG}); the same command continues'
                        ) from row
                    if isinstance(row, Exception):
                        raise row
                    if row['problem']:
                        raise _error(row['problem'])
                    yield row['unit']
                if is_stopping():
                    stop.touch()
        finally:
            stop.unlink(missing_ok=True)

    def _are_idle(self) -> bool:
        """Whether no actor has a unit."""
        attempts = self.run.journal.state().attempts.values()
        return all(each.is_free for each in attempts)

    def _map(self, stop: str, rows: Queue) -> None:
        """Put the results of all actors into a queue."""
        import ray
        from ray.data import ActorPoolStrategy
        try:
            task = ray.put(
                UnitTask(self.job, self.run, self.seconds, stop, _scope()))
            units = [dict(unit=unit) for unit in sorted(self.run.todo)]
            gpus = int(ray.cluster_resources().get('GPU', 0))
            results = ray.data.from_items(
                units, override_num_blocks=len(units)).map(
                    UnitActor,
                    fn_constructor_kwargs=dict(task=task),
                    num_gpus=1 if gpus else None,
                    num_cpus=None if gpus else 1,
                    compute=ActorPoolStrategy(
                        size=self._num_actors(gpus),
                        # a slow actor keeps no other unit waiting
                        max_tasks_in_flight_per_actor=1))
            for row in results.iter_rows():
                rows.put(row)
            rows.put(END)
        except Exception as error:
            rows.put(error)

    def _num_actors(self, gpus: int) -> int:
        import ray
        cpus = int(ray.cluster_resources().get('CPU', 1))
        most = gpus or max(cpus // (1 + self.job.num_workers), 1)
        return min(self.num_actors or most, len(self.run.todo))

    def summary(self, own: Summary) -> Optional[Summary]:
        return self.run.summary(self.output)


@contextmanager
def _cluster(log: Path) -> Iterator[None]:
    """Connection to the cluster of ``RAY_ADDRESS``, to one that runs on this
    machine, or to a new one of this machine.

    Args:
        log: File of the messages of Ray, which prints several lines for each
            worker that is killed.
    """
    import ray
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger('ray.data').setLevel(logging.CRITICAL)
    # the progress bar keeps the stdout that it began with
    with open(log, 'a') as file, redirect_stdout(file), \
            redirect_stderr(file):
        try:
            ray.init(
                logging_level=logging.CRITICAL,
                log_to_driver=False,
                include_dashboard=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise InputError(
                'no connection to a cluster of Ray (RAY_ADDRESS='
                f"{os.environ.get('RAY_ADDRESS', '')}): {error}") from error
        for number, handler in handlers.items():  # Ray replaces SIGTERM's
            signal.signal(number, handler)
        try:
            yield
        finally:
            ray.shutdown()


def _scope() -> str:
    """Default scope of the registries."""
    return DefaultScope.get_current_instance().scope_name


def _error(problem: str) -> Exception:
    """Error that an actor has returned."""
    if 'Traceback' in problem:
        return RuntimeError(problem)
    return InputError(problem)
