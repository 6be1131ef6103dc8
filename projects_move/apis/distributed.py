"""The processes that share an extraction."""
import os
from datetime import timedelta
from typing import Any, Optional, Tuple

import torch.distributed as dist

from .cli import leave_process_group, parse_shard

# for a rank that has days of videos left; gloo takes no more than 24 days
PATIENCE = timedelta(days=20)


def share_of(shard: Optional[str] = None) -> Tuple[int, int]:
    """``(index, count)`` of the part that this process does.

    The ranks of torchrun share a shard. A shard that is given to a task of
    Slurm is its own; without one, the tasks of ``srun`` share all.

    Args:
        shard: ``i/n``.

    Raises:
        ValueError: For another form of shard.
    """
    index, count = parse_shard(shard or '0/1')
    rank, ranks = _torchrun()
    # a step's own number: an allocation or a batch script has tasks too,
    # but this is the only one of them that runs unless srun starts more
    if ranks == 1 and shard is None and 'SLURM_STEP_NUM_TASKS' in os.environ:
        rank = int(os.environ.get('SLURM_PROCID', 0))
        ranks = int(os.environ['SLURM_STEP_NUM_TASKS'])
    return index + count * rank, count * ranks


def gather(value: Any) -> list:
    """Of each rank of torchrun, on rank 0, and nothing on the others, once
    all of them are here: torchrun ends all when one leaves with an error."""
    rank, ranks = _torchrun()
    if ranks == 1:
        return [value]
    dist.init_process_group('gloo', timeout=PATIENCE)
    values = [None] * ranks if rank == 0 else None
    dist.gather_object(value, values)
    leave_process_group()
    return values or []


def _torchrun() -> Tuple[int, int]:
    return (int(os.environ.get('RANK',
                               0)), int(os.environ.get('WORLD_SIZE', 1)))
