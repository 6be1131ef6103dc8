"""Two processes on this machine and, by a model, many on many machines.

    python tools/benchmarks/ranks.py --out ranks.json

Each rank trains on a batch of its own, with gloo; the clock is the wall's.
What more ranks would exchange, and how long they would wait for it, is
computed from the gradients of this run and a rate of the network.
"""
import tempfile
import time
from functools import partial
from typing import Callable, Dict, List, NamedTuple

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from comparing import Case
from forms import Sizes, Work
from measuring import measure, parser
from mmengine.model import MMDistributedDataParallel
from torch.distributed.algorithms.ddp_comm_hooks import default_hooks
from torch.optim.optimizer import register_optimizer_step_pre_hook

from projects_move.compat import end_process_group

WORLD = 2


class Bucket(NamedTuple):
    """Gradients that are exchanged together.

    Attributes:
        size: Bytes.
        ready: Share of the backward pass that was over when they were.
    """
    size: int
    ready: float


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], repeats=5)
    Sizes.add_to(arguments)
    arguments.add_argument(
        '--ranks',
        type=int,
        nargs='+',
        default=[2, 8, 64],
        help='of the model')
    arguments.add_argument(
        '--rates',
        type=float,
        nargs='+',
        default=[1.25, 25., 300.],
        help='of the model, GB a second each way')
    arguments.add_argument(
        '--backward',
        type=float,
        default=2.,
        help='of the model, milliseconds of a backward pass')
    arguments.set_defaults(batch=32)
    args = arguments.parse_args()
    if args.device != 'cpu':
        arguments.error('ranks are processes on a CPU')
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(run_rank, (args, f'file://{folder}/store'), WORLD)


def run_rank(rank: int, args, store: str) -> None:
    torch.set_num_threads(args.threads)
    dist.init_process_group('gloo', store, rank=rank, world_size=WORLD)
    buckets = buckets_of(Sizes.of(args))
    ranks = Ranks(Sizes.of(args))
    if rank:
        ranks.follow()
    else:
        model = model_of(buckets, args)
        measure(
            'ranks', args,
            [Case('a step', ranks.forms(), args.batch, clock='wall')], {},
            dict(
                vars(ranks.sizes),
                world=WORLD,
                backward_milliseconds=args.backward,
                buckets=[bucket._asdict() for bucket in buckets],
                model=model))
        print_model(buckets, model)
        ranks.finish()
    end_process_group()


class Ranks:
    """Steps that all ranks take together, at the word of the first."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        work = Work(sizes, seed=dist.get_rank())
        alone = work.our_step(work.our_model(), 'float32')
        self.steps: Dict[str, Callable[[], None]] = {
            'one rank': alone,
            'two ranks, no exchange': alone,
            'two ranks': work.our_step(shared(work.our_model()), 'float32')
        }

    def forms(self) -> Dict[str, Callable[[], float]]:
        """The steps, timed, on the first rank."""
        return {
            name: partial(self._lead, number)
            for number, name in enumerate(self.steps)
        }

    def _lead(self, number: int) -> float:
        self._tell(number)
        start = time.perf_counter()
        self._take(number)
        return time.perf_counter() - start

    def follow(self) -> None:
        """What the others do until the first has finished."""
        while (number := self._tell(0)) < len(self.steps):
            self._take(number)

    def finish(self) -> None:
        self._tell(len(self.steps))

    def _take(self, number: int) -> None:
        name = list(self.steps)[number]
        if name != 'one rank' or dist.get_rank() == 0:
            self.steps[name]()
        dist.barrier()

    @staticmethod
    def _tell(number: int) -> int:
        word = torch.tensor(number)
        dist.broadcast(word, 0)
        return int(word)


def buckets_of(sizes: Sizes) -> List[Bucket]:
    """As DDP fills them in the second of two steps; in the first it learns
    their order."""
    work = Work(sizes)
    model = shared(work.our_model())
    step, found, times = work.our_step(model, 'float32'), [], {}

    def exchange(group, bucket):
        found.append((bucket.buffer(), time.perf_counter()))
        return default_hooks.allreduce_hook(group, bucket)

    model.register_comm_hook(None, exchange)
    model.module.cls_head.classifier.register_full_backward_pre_hook(
        lambda *_: times.update(start=time.perf_counter()))
    end = register_optimizer_step_pre_hook(
        lambda *_: times.update(end=time.perf_counter()))
    step()
    found.clear()
    step()
    end.remove()
    whole = times['end'] - times['start']
    return [
        Bucket(bucket.numel() * bucket.element_size(),
               (ready - times['start']) / whole) for bucket, ready in found
    ]


def shared(model: torch.nn.Module) -> MMDistributedDataParallel:
    return MMDistributedDataParallel(
        model, find_unused_parameters=True, broadcast_buffers=False)


def model_of(buckets: List[Bucket], args) -> List[dict]:
    """Milliseconds of exchange for each number of ranks and each rate, and
    how many of them the backward pass does not hide."""
    rows = []
    for ranks in args.ranks:
        share = 2 * (ranks - 1) / ranks  # of a ring, each way
        for rate in args.rates:
            done = 0.
            for bucket in buckets:
                seconds = share * bucket.size / (rate * 1e9)
                done = max(done, bucket.ready * args.backward) + seconds * 1e3
            rows.append(
                dict(
                    ranks=ranks,
                    rate=rate,
                    exchanged=share * sum(each.size for each in buckets),
                    waited=max(done - args.backward, 0)))
    return rows


def print_model(buckets: List[Bucket], rows: List[dict]) -> None:
    print('\n| bucket | MB | ready after |\n| --- | --- | --- |')
    for i, bucket in enumerate(buckets):
        print(f'| {i} | {bucket.size / 1e6:.1f} | {bucket.ready:.0%} of the '
              'backward pass |')
    print('\n| ranks, by the model | GB/s | MB of each rank | waits |\n'
          '| --- | --- | --- | --- |')
    for row in rows:
        print(f"| {row['ranks']} | {row['rate']:g} | "
              f"{row['exchanged'] / 1e6:.0f} | {row['waited']:.1f} ms |")


if __name__ == '__main__':
    main()
