"""Timing forms of one computation against each other, in turns."""
import statistics
import time
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional

import torch


@dataclass
class Case:
    """One computation, in several forms.

    Attributes:
        name: Of the computation.
        forms: What is run, by name; the first is what others are compared
            with. One that returns a number has timed itself.
        units: Videos, say, that a run handles, for a rate; 0 has none.
        flop: Floating point operations of a run, by form, where they bound
            it.
        moved: Bytes that a run has to move, by form, where they bound it.
        precision: In which each form multiplies, by form.
        clock: ``'wall'`` where forms time themselves by it.
    """
    name: str
    forms: Dict[str, Callable[[], Optional[float]]]
    units: int = 0
    flop: Dict[str, float] = None
    moved: Dict[str, float] = None
    precision: Dict[str, str] = None
    clock: str = ''


def clock(device: str) -> Callable[[], float]:
    """Seconds of this process on a CPU, whatever else the machine does; of
    the wall on a GPU, once its work is done."""
    if device == 'cpu':
        return time.process_time

    def now() -> float:
        torch.cuda.synchronize()
        return time.perf_counter()

    return now


def compare(case: Case,
            repeats: int,
            device: str = 'cpu') -> Dict[str, List[float]]:
    """Seconds of each run of each form; the forms take turns, so that a
    machine that slows down slows all of them down."""
    now = clock(device)
    seconds = {name: [] for name in case.forms}
    for turn in range(repeats + 1):
        for name, form in case.forms.items():
            start = now()
            own = form()
            if turn:  # the first warms up
                seconds[name].append(own or now() - start)
    return seconds


def ratios(seconds: Dict[str, List[float]], name: str) -> List[float]:
    """How many times as long the first form took, turn by turn."""
    first = next(iter(seconds.values()))
    return [a / b for a, b in zip(first, seconds[name])]


def summary(values: List[float]) -> Dict[str, float]:
    return dict(
        median=statistics.median(values), min=min(values), max=max(values))
