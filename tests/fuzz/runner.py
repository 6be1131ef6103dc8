"""Runs cases in a child process, with a time limit for each."""
import multiprocessing
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import Iterator, NamedTuple, Sequence, Tuple

from mmengine.registry import init_default_scope

from .outcomes import CRASH, HANG, Outcome

TIMEOUT = 30.  # seconds of a case, of which the slowest takes one


class Target(NamedTuple):
    """A reader and the inputs to try it with.

    Attributes:
        name: Name of the target.
        write: Writes the input of a case into an empty folder.
        check: Reads the input and judges it, without knowing the seed.
    """
    name: str
    write: object
    check: object


def run_cases(target: Target,
              seeds: Sequence[int]) -> Iterator[Tuple[int, Outcome]]:
    """Seed and outcome of each case."""
    rest = list(seeds)
    while rest:
        for seed, outcome in _run_in_child(target, tuple(rest)):
            rest.remove(seed)
            yield seed, outcome


def write_case(target: Target, seed: int, folder: Path) -> None:
    """Write the input of a case."""
    folder.mkdir(parents=True)
    target.write(Random(f'{target.name} {seed}'), folder)


def _run_in_child(target: Target,
                  seeds: Sequence[int]) -> Iterator[Tuple[int, Outcome]]:
    """Outcomes up to the first hang or crash."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    folder = Path(tempfile.mkdtemp(prefix='fuzz-'))
    child = multiprocessing.get_context('fork').Process(
        target=_work, args=(target, seeds, folder, sender))
    child.start()
    sender.close()
    try:
        for seed in seeds:
            if not receiver.poll(TIMEOUT):
                yield seed, Outcome(HANG, f'no end after {TIMEOUT} s')
                return
            try:
                yield seed, receiver.recv()
            except EOFError:
                child.join()
                yield seed, Outcome(CRASH, f'exit status {child.exitcode}')
                return
    finally:
        child.kill()
        child.join()
        shutil.rmtree(folder, ignore_errors=True)


def _work(target: Target, seeds: Sequence[int], folder: Path, sender) -> None:
    init_default_scope('mmaction')
    for seed in seeds:
        case = folder / str(seed)
        write_case(target, seed, case)
        sender.send(target.check(case))
        shutil.rmtree(case, ignore_errors=True)
