import subprocess
import sys

import pytest

from projects_move.utils import malloc

COUNT_FAULTS = '''
import resource, sys
import torch
from projects_move.utils.malloc import keep_freed_memory

if sys.argv[1] == 'keep' and not keep_freed_memory():
    raise SystemExit('not supported')


def page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


for repeat in range(24):
    if repeat == 4:  # after a warm-up
        before = page_faults()
    torch.ones(2**24)  # 64 MiB
print(page_faults() - before)
'''


def count_faults(mode):
    run = subprocess.run([sys.executable, '-c', COUNT_FAULTS, mode],
                         capture_output=True,
                         text=True)
    if 'not supported' in run.stderr:
        pytest.skip('another C library than glibc')
    return int(run.stdout)


def test_large_blocks_are_used_again():
    # a block may be new once, after another thread has split the freed one
    assert count_faults('keep') * 5 < count_faults('default')


def test_other_c_libraries(monkeypatch):

    def other(name):
        raise OSError

    monkeypatch.setattr(malloc.ctypes, 'CDLL', other)
    assert malloc.keep_freed_memory() is False
