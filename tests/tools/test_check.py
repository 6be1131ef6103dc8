import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

TOOL = Path(__file__).parents[2] / 'tools' / 'data' / 'check.py'


def run(*args):
    return subprocess.run([sys.executable, '-W', 'ignore', TOOL, *args],
                          capture_output=True,
                          text=True)


@pytest.fixture
def features(tmp_path):
    for name in ('good', 'short', 'nan', 'wide'):
        np.save(tmp_path / f'{name}.npy',
                np.ones((6, 5 if name == 'wide' else 4), dtype=np.float32))
    whole = (tmp_path / 'short.npy').read_bytes()
    (tmp_path / 'short.npy').write_bytes(whole[:-7])
    broken = np.ones((6, 4))
    broken[3] = np.nan
    np.save(tmp_path / 'nan.npy', broken)
    return tmp_path


def test_finds_every_faulty_feature_file(features):
    path = features / 'all.lst'
    path.write_text('good 0\nshort 1\nnan 0\nwide 1\nabsent 0\n')
    done = run('--list', path, '--features', features, '--channels', '4')
    assert done.returncode == 1
    for video, line in dict(short=2, nan=3, wide=4, absent=5).items():
        assert f'{video}.npy (video {video}, line {line}' in done.stdout
    assert '4 problems' in done.stdout
    assert 'good.npy' not in done.stdout


def test_clean_set(features):
    path = features / 'good.lst'
    path.write_text('good 0\n')
    done = run('--list', path, '--features', features)
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'tail:      1 classes' in done.stdout


def test_finds_every_faulty_line(features):
    path = features / 'bad.lst'
    path.write_text('good 0\nshort\nnan x\n')
    done = run('--list', path, '--features', features)
    assert done.returncode == 1
    assert 'line 2: ' in done.stdout and 'line 3: ' in done.stdout
