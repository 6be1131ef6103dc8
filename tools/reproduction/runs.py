"""Parallel trainings; finished runs are skipped, failures reported."""
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Queue
from typing import Dict, List, NamedTuple, Optional, Tuple

from projects_move.errors import InputError, MissingInputError
from projects_move.file_io import atomic_write, named_errors
from projects_move.utils.escape import json_text, one_line
from projects_move.utils.provenance import collect_provenance
from projects_move.utils.results import read_metrics, read_provenance
from projects_move.utils.stop_signal import REQUEUE

TOOLS = Path(__file__).resolve().parents[1]
DONE, FAILED = 'done', 'FAILED'
STOPPED = 'stopped by a signal; the same command goes on'
SEED_STEP = 100_000  # more than the epochs of a training


class Run(NamedTuple):
    """Training of a config and its methods with one seed.

    Samplers shuffle with the sum of seed and epoch, so that trainings with
    seeds 0 and 1 see the same orders one epoch apart. The random seed of the
    training is therefore a multiple of ``seed``, and no order is shared.

    Args:
        settings: Overrides of the config that are part of the run's name.
        options: Other overrides of the config.
    """
    config: Path
    methods: Tuple[str, ...]
    seed: int
    work_dir: Path
    options: Tuple[str, ...] = ()
    settings: Tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Config, methods and settings.

        Example:
            >>> Run(Path('a.py'), ('ldam', ), 0, Path('.'), (),
            ...     ('data.ratio=0.1', )).name
            'a+ldam+ratio=0.1'
        """
        settings = []
        for setting in self.settings:
            key, value = setting.split('=', 1)
            settings.append(f"{key.split('.')[-1]}={value}")
        return '+'.join([self.config.stem, *self.methods, *settings])

    @property
    def folder(self) -> Path:
        return self.work_dir / self.name / f'seed{self.seed}'

    @property
    def log(self) -> Path:
        return self.folder / 'log.txt'

    @property
    def metrics_file(self) -> Path:
        return self.folder / 'test' / 'metrics.json'

    @property
    def provenance_file(self) -> Path:
        return self.folder / 'provenance.json'

    @property
    def metrics(self) -> Optional[Dict[str, float]]:
        """Metrics by name; None if the run is not finished, or if the file is
        faulty, see :attr:`problems`."""
        with suppress(InputError):
            return read_metrics(self.metrics_file)
        return None

    @property
    def provenance(self) -> dict:
        """Provenance of the run; empty before its start, or if the file is
        faulty."""
        with suppress(InputError):
            return read_provenance(self.provenance_file)
        return {}

    @property
    def problems(self) -> List[str]:
        """Reasons why files of the run, which exist, cannot be used."""
        found = []
        for path, read in ((self.metrics_file, read_metrics),
                           (self.provenance_file, read_provenance)):
            try:
                read(path)
            except MissingInputError:
                continue
            except InputError as error:
                found.append(str(error))
        return found

    @property
    def is_stopped(self) -> bool:
        """Whether a signal has stopped the run, by the end of its log."""
        if self.metrics is not None or not self.log.is_file():
            return False
        with open(self.log, 'rb') as log:
            log.seek(max(0, self.log.stat().st_size - 2000))
            lines = log.read().split(b'\n')
        return any(line.startswith(b'stopped by ') for line in lines[-5:])

    @property
    def arguments(self) -> List[str]:
        """Arguments of ``train.py`` after the config."""
        methods = ['--method', *self.methods] if self.methods else []
        options = [*self.settings, *self.options]
        options = ['--cfg-options', *options] if options else []
        return [
            '--test', '--resume', '--seed',
            str(self.seed * SEED_STEP % 2**31), '--work-dir',
            str(self.folder), *methods, *options
        ]


class Plan(NamedTuple):
    """Placement of the runs, on this machine or as Slurm jobs.

    Args:
        slots: ``CUDA_VISIBLE_DEVICES`` of each parallel run; None leaves the
            variable unchanged.
        partition: Partition of Slurm; None runs on this machine.
    """
    slots: Tuple[Optional[str], ...] = (None, )
    partition: Optional[str] = None

    def command(self, run: Run) -> List[str]:
        if self.partition is None:
            return [
                sys.executable,
                str(TOOLS / 'train.py'),
                str(run.config), *run.arguments
            ]
        return [
            str(TOOLS / 'slurm_train.sh'), self.partition,
            f'{run.name}-{run.seed}',
            str(run.config), *run.arguments
        ]

    def environment(self, slot: Optional[str]) -> Dict[str, str]:
        environment = dict(os.environ)
        if slot is not None:
            environment['CUDA_VISIBLE_DEVICES'] = slot
        if self.partition is not None:
            for name in ('GPUS', 'GPUS_PER_NODE'):
                environment.setdefault(name, '1')
        return environment


def execute(run: Run, plan: Plan, slot: Optional[str] = None) -> str:
    """Start or resume a run.

    Returns:
        Its state: ``DONE``, ``STOPPED`` by a signal, or ``FAILED``.
    """
    command = plan.command(run)
    run.folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(run.provenance_file) as draft:
        draft.write_text(
            json_text(
                dict(collect_provenance(command), arguments=run.arguments)))
    with named_errors(run.log), open(run.log, 'a') as log:
        log.write('$ ' + ' '.join(command) + '\n')
        log.flush()
        try:
            done = subprocess.run(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=plan.environment(slot))
        except OSError as error:
            log.write(f'{error}\n')
            return FAILED
        if done.returncode == REQUEUE:
            return STOPPED
        if done.returncode:  # on a full disk the log lacks the reason
            log.write(f'exit status {done.returncode}\n')
    return DONE if done.returncode == 0 and run.metrics is not None \
        else FAILED


def execute_all(runs: List[Run], plan: Plan) -> None:
    """Execute the unfinished runs, one in each slot, and print the progress.

    Raises:
        InputError: If a folder holds a run with other arguments.
        SystemExit: After an interruption.
    """
    for run in runs:
        arguments = run.provenance.get('arguments', run.arguments)
        if arguments != run.arguments:
            raise InputError(f'{run.folder}: expected a run with '
                             f'{" ".join(run.arguments)}, found one with '
                             f'{" ".join(arguments)}: give another --work-dir')
        for problem in run.problems:
            print(one_line(problem))
    todo = [run for run in runs if run.metrics is None]
    print(f'{len(runs)} runs, {len(runs) - len(todo)} of them finished')
    free: Queue = Queue()
    for slot in plan.slots:
        free.put(slot)
    lock, finished, start = threading.Lock(), 0, time.time()

    def work(run: Run) -> None:
        nonlocal finished
        slot = free.get()
        state = FAILED
        try:
            state = execute(run, plan, slot)
            if state == FAILED:
                state += f', see {run.log.name}'
        except OSError as error:  # such as a full disk
            state = f'{FAILED}, {error}'
        finally:
            free.put(slot)
        with lock:
            finished += 1
            spent = time.time() - start
            left = spent / finished * (len(todo) - finished)
            print(
                f'[{finished}/{len(todo)}, {spent:.0f} s, {left:.0f} s '
                f'left] {run.folder}: {state}',
                flush=True)

    pool = ThreadPoolExecutor(len(plan.slots))
    try:
        list(pool.map(work, todo))
    except KeyboardInterrupt:
        raise SystemExit(
            'interrupted; the same command resumes the runs') from None
    finally:  # active runs finish, no other run starts
        pool.shutdown(cancel_futures=True)
