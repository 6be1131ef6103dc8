"""Kills a tool at random moments until it has finished; compares the result.

    python -m tests.kills training --kills 20
    python -m tests.kills extraction packing table --kills 10
    python -m tests.kills training --signals KILL TERM USR1 INT

The signals take turns. Some go to the tool and its workers, others to the
tool alone. The same command then goes on. When it has finished, the weights,
the features or the table must be those of a run without kills, and the next
round begins in an empty folder. Moments are spread evenly over the time that
a run takes. New files in ``/dev/shm``, which the next start of a tool leaves
there, are counted.
"""
import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from projects_move.utils.shared_files import SHARED_MEMORY, sweep_shared_files
from projects_move.utils.stop_signal import REQUEUE
from tests.killed_tools import KINDS, ROOT
from tests.resuming import differences


def run_tool(command, folder, log):
    """Body of the child process: a tool, as from a shell."""
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(output, 1), os.dup2(output, 2)
    sys.argv = [str(ROOT / 'tools' / command[0]), *map(str, command[1:])]
    sys.path.insert(0, str(ROOT / 'tools'))
    os.environ.update(FSDD=str(folder), DEMO=str(folder))
    multiprocessing.set_start_method(None, force=True)
    code = compile(Path(sys.argv[0]).read_text(), sys.argv[0], 'exec')
    exec(code, dict(__name__='__main__'))


def start(command, folder, log):
    context = multiprocessing.get_context('fork')
    process = context.Process(target=run_tool, args=(command, folder, log))
    process.start()
    return process


def finish(command, folder, log):
    """Run to the end, and return the seconds."""
    begin = time.monotonic()
    process = start(command, folder, log)
    process.join(400)
    if process.exitcode is None:
        os.killpg(process.pid, signal.SIGKILL)
    if process.exitcode != 0:
        raise SystemExit(f'FAILED with {process.exitcode}:\n' +
                         log.read_text()[-3000:])
    return time.monotonic() - begin


def kill_rounds(name, kills, folder, seed=0, signals=('KILL', )):
    """Kill a tool until so many kills are done, finishing each round.

    Returns:
        Finished rounds, the places at which results differ, and how often
        the tool ended with each exit status.

    Raises:
        SystemExit: If the tool ends in another way than by the signal, or
            with the status that requeues.
    """
    kind, chance = KINDS[name](), random.Random(seed)
    kind.prepare(folder)
    whole, log = folder / 'whole', folder / 'log.txt'
    seconds = finish(kind.command(folder, whole), folder, log)
    expected = kind.result(whole)
    done, rounds, wrong, statuses = 0, 0, [], Counter()
    while done < kills:
        out = folder / f'round{rounds}'
        log = folder / f'log{rounds}.txt'
        # what is killed early goes on; a round has at most six kills
        for _ in range(min(6, kills - done)):
            process = start(kind.command(folder, out), folder, log)
            process.join(chance.uniform(0, .8 * seconds))
            if process.exitcode is not None:
                break
            number = signal.Signals[f'SIG{signals[done % len(signals)]}']
            try:
                send = os.kill if done // len(signals) % 2 else os.killpg
                send(process.pid, number)
            except ProcessLookupError:  # before its setsid
                os.kill(process.pid, number)
            process.join(200)
            # 130: Ctrl-C before the training; 0: finished meanwhile
            if process.exitcode not in (-number, REQUEUE, 130, 0):
                os.killpg(process.pid, signal.SIGKILL)
                raise SystemExit(f'{number.name}: exit status '
                                 f'{process.exitcode}, see {log}')
            statuses[process.exitcode] += 1
            done += 1
        finish(kind.command(folder, out), folder, log)
        found = differences(expected, kind.result(out))
        wrong += [f'round {rounds}: {each}' for each in found[:3]]
        shutil.rmtree(out)
        rounds += 1
    return rounds, wrong, dict(statuses)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('kinds', nargs='+', choices=list(KINDS))
    parser.add_argument('--kills', type=int, default=10)
    parser.add_argument('--signals', nargs='+', default=['KILL'])
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    # a fork of a process that has imported everything starts in no time
    import mmaction.apis  # noqa: F401
    import mmaction.datasets  # noqa: F401
    import mmaction.models  # noqa: F401

    import projects_move.apis.training.cli  # noqa: F401
    lost = 0
    for name in args.kinds:
        begin = time.monotonic()
        folder = Path(tempfile.mkdtemp(prefix='kills-'))
        shared = set(SHARED_MEMORY.glob('*'))
        rounds, wrong, statuses = kill_rounds(name, args.kills, folder,
                                              args.seed, args.signals)
        lost += len(wrong)
        seconds = time.monotonic() - begin
        sweep_shared_files()
        print(
            f'{name}: {args.kills} kills in {rounds} rounds, {len(wrong)} '
            f'differences {wrong}, exit statuses {statuses}, '
            f'{len(set(SHARED_MEMORY.glob("*")) - shared)} new files in '
            f'{SHARED_MEMORY}, {seconds:.0f} s',
            flush=True)
        shutil.rmtree(folder)
    raise SystemExit(lost > 0)


if __name__ == '__main__':
    main()
