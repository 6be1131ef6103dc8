"""Signals to a training and its workers, as a scheduler sends them."""
import os
import signal
import subprocess
import sys

import pytest

from projects_move.checkpoint_files import load_dict
from projects_move.utils.stop_signal import REQUEUE
from tests.apis.extraction.engines.processes import wait_for
from tests.killed_tools import ROOT, write_features


@pytest.mark.parametrize('name', ['SIGTERM', 'SIGINT'])
def test_signal_to_the_process_group(tmp_path, name):
    """The workers outlive the signal, and the training saves its step."""
    write_features(tmp_path, epochs=10**5)  # never ends
    work = tmp_path / 'work'
    command = [
        sys.executable, '-W', 'ignore', ROOT / 'tools' / 'train.py',
        tmp_path / 'config.py', '--work-dir', work, '--cfg-options',
        'default_hooks.checkpoint.interval=1000'
    ]
    environment = dict(os.environ, FSDD=str(tmp_path), OMP_NUM_THREADS='1')
    with open(tmp_path / 'log.txt', 'w') as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True)
        try:
            wait_for(lambda: list(work.glob('best_*')))  # it trains
            os.killpg(process.pid, signal.Signals[name])
            status = process.wait(100)
        finally:
            process.kill()
    text = (tmp_path / 'log.txt').read_text()
    assert status == REQUEUE, text[-2000:]
    path = work / 'interrupted.pth'
    assert f'stopped by {name}: saved {path}' in text
    assert 'Traceback' not in text
    assert load_dict(path)['meta']['iter'] > 4
    assert (work / 'last_checkpoint').read_text() == str(path)
