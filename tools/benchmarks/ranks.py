"""Training on two ranks of this machine, and a model of more ranks.

Each rank trains on its own batch, with gloo; the clock is wall time. Traffic
and waiting time of more ranks are computed from the gradients of this run and
the rate of a network.
"""
import argparse
import tempfile
import time
from functools import partial
from typing import Callable, Dict
from unittest import mock

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from projects_move.compat import end_process_group
from projects_move.models import collectives
from .arguments import Sizes
from .harness import Case
from .implementations import Workload
from .report import measure
from .traffic import measure_buckets, predict_waits, print_model, wrap_in_ddp

WORLD_SIZE = 2


def run(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(run_rank, (args, f'file://{folder}/store'), WORLD_SIZE)


def run_rank(rank: int, args: argparse.Namespace, store: str) -> None:
    torch.set_num_threads(args.threads)
    dist.init_process_group('gloo', store, rank=rank, world_size=WORLD_SIZE)
    sizes = Sizes.from_args(args)
    buckets = measure_buckets(Workload(sizes))
    steps = RankSteps(sizes)
    if rank:
        steps.follow()
    else:
        model = predict_waits(buckets, args.ranks, args.rates, args.backward)
        measure(
            args, [Case('a step', steps.variants(), args.batch, clock='wall')],
            {},
            dict(
                vars(sizes),
                world=WORLD_SIZE,
                backward_milliseconds=args.backward,
                buckets=[bucket._asdict() for bucket in buckets],
                model=model))
        print_model(buckets, model)
        steps.finish()
    end_process_group()


def without_exchange(step: Callable[[], None]) -> Callable[[], None]:
    """Step in which the losses of this rank are those of one process."""

    def run() -> None:
        with mock.patch.object(collectives, 'get_world_size', return_value=1):
            step()

    return run


class RankSteps:
    """Training steps of all ranks; rank 0 selects the next step."""

    def __init__(self, sizes: Sizes) -> None:
        work = Workload(sizes, seed=dist.get_rank())
        alone = without_exchange(work.our_step(work.our_model(), 'float32'))
        self.steps: Dict[str, Callable[[], None]] = {
            'one rank': alone,
            'two ranks, no exchange': alone,
            'two ranks':
            work.our_step(wrap_in_ddp(work.our_model()), 'float32')
        }

    def variants(self) -> Dict[str, Callable[[], float]]:
        """Timed steps, for rank 0."""
        return {
            name: partial(self._lead, number)
            for number, name in enumerate(self.steps)
        }

    def _lead(self, number: int) -> float:
        self._broadcast(number)
        start = time.perf_counter()
        self._step(number)
        return time.perf_counter() - start

    def follow(self) -> None:
        """Run the steps that rank 0 selects, until it finishes."""
        while (number := self._broadcast(0)) < len(self.steps):
            self._step(number)

    def finish(self) -> None:
        self._broadcast(len(self.steps))

    def _step(self, number: int) -> None:
        name = list(self.steps)[number]
        if name != 'one rank' or dist.get_rank() == 0:
            self.steps[name]()
        dist.barrier()

    @staticmethod
    def _broadcast(number: int) -> int:
        """Broadcast the number of rank 0."""
        message = torch.tensor(number)
        dist.broadcast(message, 0)
        return int(message)
