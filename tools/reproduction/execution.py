"""Parallel trainings; finished runs are skipped, failures reported."""
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Dict, List, NamedTuple, Optional, Tuple

from projects_move.errors import InputError
from projects_move.file_io import atomic_write, named_errors
from projects_move.utils.escape import json_text, one_line
from projects_move.utils.provenance import collect_provenance
from projects_move.utils.stop_signal import REQUEUE
from .run import Run

TOOLS = Path(__file__).resolve().parents[1]
DONE, FAILED = 'done', 'FAILED'
STOPPED = 'stopped by a signal; the same command goes on'


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
