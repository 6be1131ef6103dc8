"""Too little memory is one message, in this process and in a worker."""
import errno
import multiprocessing
import os
import signal
from unittest import mock

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from projects_move.apis.memory_errors import memory_fault
from projects_move.apis.prediction.worker_videos import (WorkerVideos,
                                                         iterate_items)
from projects_move.apis.tool_errors import exit_on_input_error
from projects_move.errors import InputError
from projects_move.utils.stop_signal import stop_requested
from projects_move.utils.unsent_batches import remove_shared_file

CUDA = ('CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total '
        'capacity of 79.11 GiB of which 1.30 GiB is free.')


def error_of(function):
    with pytest.raises(Exception) as caught:
        function()
    return caught.value


def full_shared_memory():
    error = error_of(lambda: torch.UntypedStorage._new_shared(10**15))
    remove_shared_file(error)  # torch leaves it
    name = str(error).split('</')[1].split('>')[0]
    assert not os.path.exists(f'/dev/shm/{name}')
    raise error


@pytest.mark.parametrize('function, expected', [
    (lambda: torch.empty(10**15), "memory (DefaultCPUAllocator: can't"),
    (lambda: np.empty(10**16), 'memory (Unable to allocate 71.1 PiB'),
    (lambda: bytearray(2**62), 'memory: smaller batches or fewer workers'),
    (full_shared_memory, 'shared memory in /dev/shm (unable to allocate'),
])
def test_real_errors(function, expected):
    assert memory_fault(
        error_of(function)).startswith(f'not enough {expected}')


@pytest.mark.parametrize('error, expected', [
    (torch.OutOfMemoryError(CUDA), 'Tried to allocate 20.00 GiB'),
    (OSError(errno.ENOMEM, 'Cannot allocate memory'), 'not enough memory'),
    (RuntimeError('DataLoader worker (pid 7) is killed by signal: Killed. '),
     'worker (pid 7) is killed by signal: Killed, as the system does when'),
    (RuntimeError('DataLoader worker (pid 7) is killed by signal: Bus error. '
                  'It is possible that'), 'not enough shared memory'),
])
def test_errors_of_other_machines(error, expected):
    assert expected in memory_fault(error)
    assert 'fewer workers need less' in memory_fault(error)


@pytest.mark.parametrize('error', [
    RuntimeError('size mismatch'),
    OSError(errno.ENOSPC, 'No space left on device', 'a.pth'),
    InputError('a.npy: not enough memory for (9, 9)')
])
def test_other_errors(error):
    assert memory_fault(error) is None


class Batch:
    """Batch for which the worker has no thread or shared memory."""

    def __reduce__(self):
        raise RuntimeError("can't start new thread")


class Items:
    """Data set of items that functions make."""

    def __init__(self, *functions):
        self.functions = functions

    def __len__(self):
        return len(self.functions)

    def __getitem__(self, index):
        return self.functions[index]()


def end(number):
    os.kill(os.getpid(), number)


@pytest.mark.parametrize('item, expected', [
    (Batch, "not enough memory (can't start new thread): smaller batches"),
    (lambda: np.empty(10**16), 'not enough memory (Unable to allocate 71.1'),
    (lambda: end(signal.SIGKILL), 'is killed by signal: Killed, as the'),
    (lambda: end(signal.SIGBUS), 'not enough shared memory in /dev/shm'),
    (lambda: end(signal.SIGSEGV), 'decoder'),
    (lambda: open('/none/a.mp4'), "No such file or directory: '/none/a.mp4'")
])
def test_worker(item, expected):
    """A batch that cannot be sent was waited for without end."""
    loader = DataLoader(
        Items(item, int, int, int), None, num_workers=1, timeout=100)
    with pytest.raises(SystemExit) as stopped:
        with exit_on_input_error():
            list(loader)
    message = str(stopped.value)
    assert message.startswith('error: ') and expected in message
    assert '\n' not in message and len(message) < 400
    assert not multiprocessing.active_children()


class Numbers(WorkerVideos):

    def items(self, video):
        yield video


def start_one_worker_only():
    fork, started = os.fork, []

    def fork_once():
        if started:
            raise OSError(errno.ENOMEM, 'Cannot allocate memory')
        started.append(1)
        return fork()

    with stop_requested(), mock.patch('os.fork', fork_once):
        with exit_on_input_error():
            list(iterate_items(Numbers(range(9), 2)))


def test_no_memory_for_the_second_worker(capfd):
    """The first one waited for work, and the tool for its end."""
    process = multiprocessing.get_context('fork').Process(
        target=start_one_worker_only)
    process.start()
    process.join(100)
    hangs = process.exitcode is None
    process.kill()
    assert not hangs and process.exitcode == 1
    text = capfd.readouterr().err
    assert 'error: not enough memory' in text and 'Traceback' not in text
