"""Timing of several variants of one computation, in alternation."""
import statistics
import time
from dataclasses import dataclass, field
from typing import Callable, Dict, List, Optional

import torch


@dataclass
class Case:
    """One computation in several variants.

    Attributes:
        name: Name of the computation.
        variants: Functions to time, by name. The first is the baseline of the
            ratios. A function may return its own time in seconds.
        videos: Number of videos, or images, of one run, for a rate; 0 for no
            rate.
        flop: Floating-point operations of one run, by variant.
        bytes: Bytes that one run reads and writes at least, by variant.
        precision: Precision of the matrix products, by variant.
        clock: ``'wall'`` if the variants return their own wall time.
        peak_memory: Bytes that a run allocates on a GPU beyond those that are
            allocated before it, by variant. :func:`time_variants` adds them.
    """
    name: str
    variants: Dict[str, Callable[[], Optional[float]]]
    videos: int = 0
    flop: Dict[str, float] = field(default_factory=dict)
    bytes: Dict[str, float] = field(default_factory=dict)
    precision: Dict[str, str] = field(default_factory=dict)
    clock: str = ''
    peak_memory: Dict[str, int] = field(default_factory=dict)


def timer(device: str) -> Callable[[], float]:
    """Clock of a device, in seconds.

    On a CPU it is the time of this process, which other processes do not
    affect. On a GPU it is wall time, after synchronisation.
    """
    if device == 'cpu':
        return time.process_time

    def now() -> float:
        torch.cuda.synchronize()
        return time.perf_counter()

    return now


def time_variants(case: Case,
                  repeats: int,
                  device: str = 'cpu') -> Dict[str, List[float]]:
    """Seconds of each run, by variant.

    The variants alternate, so that changes in the speed of the machine affect
    all of them. The first round is a warm-up and is not counted.
    """
    now = timer(device)
    seconds = {name: [] for name in case.variants}
    for repeat in range(repeats + 1):
        for name, variant in case.variants.items():
            if device == 'cuda':
                torch.cuda.reset_peak_memory_stats()
                allocated = torch.cuda.memory_allocated()
            start = now()
            own = variant()
            if repeat:
                seconds[name].append(own or now() - start)
                if device == 'cuda':
                    peak = torch.cuda.max_memory_allocated() - allocated
                    case.peak_memory[name] = max(peak,
                                                 case.peak_memory.get(name, 0))
    return seconds


def ratios(seconds: Dict[str, List[float]], name: str) -> List[float]:
    """Time of the first variant over that of another, for each round."""
    first = next(iter(seconds.values()))
    return [a / b for a, b in zip(first, seconds[name])]


def summary(values: List[float]) -> Dict[str, float]:
    return dict(
        median=statistics.median(values), min=min(values), max=max(values))
