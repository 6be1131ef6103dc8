"""Short messages for the errors of a process that has too little memory."""
import errno
import re
import traceback
from typing import Optional

from projects_move.errors import InputError

LESS = ('smaller batches or fewer workers need less (batch_size and '
        'num_workers of the data loaders in a config, --batch-size and '
        '--num-workers of a tool)')
MEMORY = re.compile(
    r"allocate memory|out of memory|not enough memory|bad_alloc|ALLOC_FAILED|"
    r"can't start new thread|Unable to allocate|failed to map segment",
    re.IGNORECASE)
SHARED = re.compile(r'</torch_\d+_|Bus error|shared memory', re.IGNORECASE)
KILLED = re.compile(r'DataLoader worker .* killed by signal: Killed')


def memory_fault(error: BaseException) -> Optional[str]:
    """Message of an error for which too little memory or shared memory is the
    reason, with what to make smaller; None for any other error.

    Example:
        >>> memory_fault(MemoryError('2 GiB'))[:28]
        'not enough memory (2 GiB): s'
        >>> memory_fault(ValueError('wrong')) is None
        True
    """
    if isinstance(error, InputError):
        return None
    text = _last_line(str(error))
    if 'exited unexpectedly' in text:  # the cause has the signal
        text = f'{error.__cause__ or text}'.split(' It is possible')[0]
    if SHARED.search(text) or _is_full_semaphore(error):
        return f'not enough shared memory in /dev/shm ({text}): enlarge it ' \
            f'(docker run --shm-size), or use num_workers=0; {LESS}'
    killed = KILLED.search(text)
    if killed:
        return f'{killed[0]}, as the system does when memory is short: {LESS}'
    is_short = isinstance(error, MemoryError) or \
        type(error.__context__) is MemoryError or \
        re.match(r'Caught \w*MemoryError in ', str(error)) is not None or \
        getattr(error, 'errno', None) == errno.ENOMEM
    if is_short or \
            isinstance(error, (ImportError, RuntimeError)) and \
            MEMORY.search(str(error)):
        detail = f' ({text})' if text else ''
        return f'not enough memory{detail}: {LESS}'
    return None


def _last_line(text: str) -> str:
    """The message itself, at most 160 characters: of an error in a worker,
    whose traceback comes first, the last line; else the first line."""
    lines = text.strip().splitlines() or ['']
    line = lines[0]
    if line.startswith('Caught '):
        errors = [each for each in lines if re.match(r'[\w.]+(: |$)', each)]
        line = errors[-1].partition(': ')[2] if errors else ''
    return re.sub(r'^\[enforce fail .*?\] .*?\. ', '', line)[:160].rstrip(' .')


def _is_full_semaphore(error: BaseException) -> bool:
    """Whether a semaphore of multiprocessing found no place."""
    if getattr(error, 'errno', None) != errno.ENOSPC:
        return False
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and frames[-1][0].f_globals.get(
        '__name__') == 'multiprocessing.synchronize'
