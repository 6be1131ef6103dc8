"""A signal to one of two ranks stops both, and they resume exactly."""
import os
import signal
import subprocess
import sys

import pytest

from projects_move.checkpoint_files import load_dict
from tests.apis.extraction.engines.processes import descendants, wait_for
from tests.killed_tools import ROOT, write_features
from tests.resuming import differences


def launch(folder, work, log):
    command = [
        sys.executable, '-W', 'ignore', '-m', 'torch.distributed.run',
        '--standalone', '--nproc_per_node', '2', ROOT / 'tools' / 'train.py',
        folder / 'config.py', '--launcher', 'pytorch', '--resume', '--seed',
        '3', '--work-dir', work, '--method', 'framestack', '--cfg-options',
        'optim_wrapper.accumulative_counts=2'
    ]
    environment = dict(os.environ, FSDD=str(folder), OMP_NUM_THREADS='1')
    return subprocess.Popen([*map(str, command)],
                            stdout=log,
                            stderr=log,
                            env=environment)


def last(work):
    path = (work / 'last_checkpoint').read_text()
    saved = load_dict(path)
    return {key: saved[key] for key in ('state_dict', 'optimizer')}


@pytest.mark.slow
def test_signal_to_one_rank(tmp_path):
    write_features(tmp_path, epochs=30, workers=0)
    log = open(tmp_path / 'log.txt', 'w')
    with launch(tmp_path, tmp_path / 'whole', log) as process:
        assert process.wait(200) == 0
    work = tmp_path / 'work'
    with launch(tmp_path, work, log) as process:
        wait_for(lambda: list(work.glob('best_*')))
        ranks = [
            pid for pid, command in descendants(process.pid).items()
            if 'train.py' in command
        ]
        os.kill(max(ranks), signal.SIGUSR1)
        assert process.wait(200) == 1  # the launcher's own status
    text = (tmp_path / 'log.txt').read_text()
    assert 'saved ' in text and 'exitcode  : 75' in text
    with launch(tmp_path, work, log) as process:
        assert process.wait(200) == 0
    log.close()
    assert differences(last(tmp_path / 'whole'), last(work)) == []
