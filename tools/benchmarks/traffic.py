"""Model of gradient exchange: waiting time of many ranks."""
import time
from typing import List, NamedTuple, Sequence

from mmengine.model import MMDistributedDataParallel
from torch import nn
from torch.distributed.algorithms.ddp_comm_hooks import default_hooks
from torch.optim.optimizer import register_optimizer_step_pre_hook

from .implementations import Workload


class Bucket(NamedTuple):
    """Gradients that DDP exchanges together.

    Attributes:
        size: Size in bytes.
        ready: Time at which the bucket is complete, as a fraction of the
            backward pass.
    """
    size: int
    ready: float


def wrap_in_ddp(model: nn.Module) -> MMDistributedDataParallel:
    return MMDistributedDataParallel(
        model, find_unused_parameters=True, broadcast_buffers=False)


def measure_buckets(work: Workload) -> List[Bucket]:
    """Buckets of the second of two steps; in the first step DDP finds the
    order of the gradients."""
    model = wrap_in_ddp(work.our_model())
    step = work.our_step(model, 'float32')
    buckets, times = [], {}

    def exchange(group, bucket):
        buckets.append((bucket.buffer(), time.perf_counter()))
        return default_hooks.allreduce_hook(group, bucket)

    model.register_comm_hook(None, exchange)
    model.module.cls_head.classifier.register_full_backward_pre_hook(
        lambda *_: times.update(start=time.perf_counter()))
    end = register_optimizer_step_pre_hook(
        lambda *_: times.update(end=time.perf_counter()))
    step()
    buckets.clear()
    step()
    end.remove()
    backward = times['end'] - times['start']
    return [
        Bucket(gradient.numel() * gradient.element_size(),
               (ready - times['start']) / backward)
        for gradient, ready in buckets
    ]


def predict_waits(buckets: Sequence[Bucket], ranks: Sequence[int],
                  rates: Sequence[float], backward: float) -> List[dict]:
    """Bytes that a rank exchanges in a ring, and its waiting time.

    Args:
        buckets: Buckets in the order of their exchange.
        ranks: Numbers of ranks.
        rates: Rates of the network, GB/s in each direction.
        backward: Milliseconds of the backward pass, with which an exchange
            overlaps.
    """
    rows = []
    for world_size in ranks:
        share = 2 * (world_size - 1) / world_size  # ring all-reduce
        for rate in rates:
            done = 0.
            for bucket in buckets:
                seconds = share * bucket.size / (rate * 1e9)
                done = max(done, bucket.ready * backward) + seconds * 1e3
            rows.append(
                dict(
                    ranks=world_size,
                    rate=rate,
                    exchanged=share * sum(each.size for each in buckets),
                    waited=max(done - backward, 0)))
    return rows


def print_model(buckets: List[Bucket], rows: List[dict]) -> None:
    print('\n| bucket | MB | ready after |\n| --- | --- | --- |')
    for i, bucket in enumerate(buckets):
        print(f'| {i} | {bucket.size / 1e6:.1f} | {bucket.ready:.0%} of the '
              'backward pass |')
    print('\n| ranks (model) | GB/s | MB of each rank | waits |\n'
          '| --- | --- | --- | --- |')
    for row in rows:
        print(f"| {row['ranks']} | {row['rate']:g} | "
              f"{row['exchanged'] / 1e6:.0f} | {row['waited']:.1f} ms |")
