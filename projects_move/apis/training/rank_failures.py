"""End of all ranks of a distributed run when one of them ends."""
from contextlib import contextmanager
from typing import Iterator, Optional

import torch.distributed as dist
from mmengine.dist import get_rank, is_distributed

from projects_move.apis.tool_errors import input_fault
from projects_move.errors import InputError

KEY = 'projects_move/ended'  # in the store that the ranks share
# what gloo, NCCL and the store say when another rank does not answer
LOST = ('connection closed by peer', 'connection reset', 'broken pipe',
        'socket closed', 'connection was closed', 'connection refused',
        'remote process exited', 'gloo', 'nccl', 'failed to recv')
WAITED = ('timed out', 'timeout')


@contextmanager
def ranks_end_together() -> Iterator[None]:
    """Tell the other ranks why this one ends; say why they ended.

    A rank that raises an error leaves its reason in the store of the process
    group. The others fail in their next collective, at once if the process is
    gone and else after the timeout of the process group
    (``env_cfg.dist_cfg.timeout``, in seconds).

    Raises:
        InputError: If a collective fails, with the reason of the other rank.
        Exception: Any other error of the block, unchanged.
    """
    try:
        yield
    except Exception as error:
        if not is_distributed():
            raise
        problem = _collective_failure(error)
        if problem is None:
            _write_reason(
                f'rank {get_rank()} ended: {input_fault(error) or repr(error)}'
            )
            raise
        raise InputError(f'rank {get_rank()} ends, because '
                         f'{_read_reason() or problem}') from error


def _collective_failure(error: Exception) -> Optional[str]:
    """What the failure of a collective says of the other ranks, None for any
    other error."""
    if isinstance(error, (InputError, OSError)) or \
            not isinstance(error, RuntimeError):
        return None
    text = str(error).lower()
    is_distributed_error = isinstance(
        error,
        tuple(
            getattr(dist, name)
            for name in ('DistBackendError', 'DistNetworkError')
            if hasattr(dist, name)))
    if not is_distributed_error and not any(word in text for word in LOST):
        if not any(word in text for word in WAITED) or 'wait' not in text:
            return None
    first = str(error).strip().splitlines()[0]
    if any(word in text for word in WAITED):
        return ('another rank did not answer within the timeout '
                f'(env_cfg.dist_cfg.timeout); it hangs or is stopped: {first}')
    return ('the connection to another rank is lost; its process was killed, '
            f'or its machine failed: {first}')


def _write_reason(reason: str) -> None:
    try:
        store = dist.distributed_c10d._get_default_store()
        if not store.check([KEY]):
            store.set(KEY, reason)
    except RuntimeError:  # the process that keeps the store has ended
        pass


def _read_reason() -> Optional[str]:
    try:
        store = dist.distributed_c10d._get_default_store()
        return store.get(KEY).decode() if store.check([KEY]) else None
    except RuntimeError:
        return None
