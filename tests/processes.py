"""Processes of a gloo group on this machine."""
import os
import traceback
from datetime import timedelta

import torch.distributed as dist
import torch.multiprocessing as mp

from projects_move.compat import end_process_group

WAIT = 120  # seconds that a busy machine may need


def run_on_ranks(function, folder, *args, hanging=(), wait=WAIT, num_ranks=2):
    """Call ``function(rank, folder, *args)`` on each rank of a gloo group.

    A rank may die: the exit codes are returned, None of a process that had to
    be killed. Ranks that are ``hanging`` are killed when the others have
    ended. The traceback of an error is in ``error{rank}.txt``.
    """
    context = mp.get_context('fork')
    processes = [
        context.Process(
            target=_on_rank,
            args=(function, rank, num_ranks, str(folder), args))
        for rank in range(num_ranks)
    ]
    for process in processes:
        process.start()
    for rank, process in enumerate(processes):
        if rank not in hanging:
            process.join(wait)
    codes = [process.exitcode for process in processes]
    for process in processes:
        process.kill()
        process.join()
    return codes


def _on_rank(function, rank, num_ranks, folder, args):
    os.environ.update(
        RANK=str(rank),
        LOCAL_RANK=str(rank),
        WORLD_SIZE=str(num_ranks),
        OMP_NUM_THREADS='1',
        MKL_NUM_THREADS='1')
    dist.init_process_group(
        'gloo',
        f'file://{folder}/store',
        rank=rank,
        world_size=num_ranks,
        timeout=timedelta(seconds=WAIT))
    try:
        function(rank, folder, *args)
    except BaseException:
        with open(f'{folder}/error{rank}.txt', 'w') as file:
            traceback.print_exc(file=file)
        raise
    end_process_group()
