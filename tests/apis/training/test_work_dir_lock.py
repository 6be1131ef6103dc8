import subprocess
import sys

import pytest

from projects_move.apis.training.work_dir_lock import work_dir_lock
from projects_move.errors import InputError

HOLD = ('import sys\n'
        'from projects_move.apis.training.work_dir_lock import work_dir_lock\n'
        'with work_dir_lock(sys.argv[1], wait=True):\n'
        '    print("locked", flush=True)\n'
        '    sys.stdin.read()\n')


def test_one_training_at_a_time(tmp_path, capsys):
    with subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-c', HOLD, tmp_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b'locked\n'
        with pytest.raises(InputError, match='another training writes into'):
            with work_dir_lock(tmp_path, wait=False):
                pass
        other.kill()  # the lock ends with the process
        with work_dir_lock(tmp_path, wait=True):
            pass
    with work_dir_lock(tmp_path, wait=False):
        pass
