"""The package imports where the system has no locks and fewer signals."""
import subprocess
import sys

# what Windows lacks is taken away after the libraries are imported
WITHOUT = '''
import os, signal, sys
import mmengine.runner, torch
sys.modules['fcntl'] = sys.modules['resource'] = None
for name in ('SIGUSR1', 'SIGUSR2', 'SIGKILL', 'SIGHUP', 'sigwaitinfo',
             'pthread_sigmask'):
    delattr(signal, name)
for name in ('O_NOFOLLOW', 'posix_fadvise', 'getuid'):
    delattr(os, name)
import projects_move.apis.training.cli, projects_move.apis.packing
import projects_move.apis.extraction, projects_move.datasets.features
from projects_move.apis.training.work_dir_lock import work_dir_lock
from projects_move.datasets.features.drafts import Draft
from projects_move.file_io import atomic_write
from projects_move.utils.stop_signal import (obey_parent_only,
                                             received_signal, stop_requested)
from pathlib import Path
with work_dir_lock(sys.argv[1], wait=False):
    pass
Draft(Path(sys.argv[1], '.a.draft')).close()
with atomic_write(Path(sys.argv[1], 'a')) as draft:
    draft.touch()
with stop_requested():
    signal.raise_signal(signal.SIGTERM)
    print(received_signal())
obey_parent_only()
'''


def test_without_locks_and_signals(tmp_path):
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', WITHOUT, tmp_path],
        capture_output=True,
        text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == 'SIGTERM'
