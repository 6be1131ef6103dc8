"""A rank that fails under ``dist_train.sh`` ends all of them, with its reason.
"""
import os
import socket
import subprocess

import pytest

from tests.killed_tools import ROOT, write_features


@pytest.mark.slow
def test_a_rank_that_fails(tmp_path):
    write_features(tmp_path, epochs=2, workers=1)
    (tmp_path / 'feat' / 'v7.npy').write_bytes(b'broken')
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    command = [
        ROOT / 'tools' / 'dist_train.sh', tmp_path / 'config.py', '2',
        '--work-dir', tmp_path / 'work'
    ]
    environment = dict(
        os.environ, FSDD=str(tmp_path), OMP_NUM_THREADS='1', PORT=str(port))
    with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
            start_new_session=True) as process:
        text, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert f'error: feature file {tmp_path}/feat/v7.npy (video v7, line 8' in \
        text
    # the session has no process left
    found = subprocess.run(['ps', '-s',
                            str(process.pid), '-o', 'pid='],
                           capture_output=True,
                           text=True)
    assert found.stdout.split() == []
