"""Shards of an extraction, by rank."""
import os
from datetime import timedelta
from typing import Any, Optional, Tuple

import torch.distributed as dist

from projects_move.apis.training.cli import leave_process_group, parse_shard

# an extraction may take days on the slowest rank; gloo allows 24 days
TIMEOUT = timedelta(days=20)


def shard_of_rank(shard: Optional[str] = None) -> Tuple[int, int]:
    """Shard ``(index, count)`` of this process.

    The ranks of torchrun divide the given shard. Without a given shard, the
    tasks of ``srun`` divide all videos; they do not divide a given shard.

    Args:
        shard: ``i/n``; by default ``0/1``, all videos.

    Raises:
        ValueError: For a shard of another form.
    """
    index, count = parse_shard(shard or '0/1')
    rank, num_ranks = _torchrun_rank()
    # number of tasks of the step; SLURM_NTASKS is also set in an allocation
    # or a batch script, which run one process
    if num_ranks == 1 and shard is None and \
            'SLURM_STEP_NUM_TASKS' in os.environ:
        rank = int(os.environ.get('SLURM_PROCID', 0))
        num_ranks = int(os.environ['SLURM_STEP_NUM_TASKS'])
    return index + count * rank, count * num_ranks


def gather(value: Any) -> list:
    """Values of all ranks of torchrun on rank 0, an empty list on the others.

    The call waits for all ranks, because torchrun ends all ranks when one
    exits with an error.
    """
    rank, num_ranks = _torchrun_rank()
    if num_ranks == 1:
        return [value]
    dist.init_process_group('gloo', timeout=TIMEOUT)
    values = [None] * num_ranks if rank == 0 else None
    dist.gather_object(value, values)
    leave_process_group()
    return values or []


def _torchrun_rank() -> Tuple[int, int]:
    """Rank and number of ranks."""
    return (int(os.environ.get('RANK',
                               0)), int(os.environ.get('WORLD_SIZE', 1)))
