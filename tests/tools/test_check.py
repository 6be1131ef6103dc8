import subprocess
import sys
from pathlib import Path

import cv2
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


def test_finds_every_faulty_video(tmp_path):
    writer = cv2.VideoWriter(
        str(tmp_path / 'good.mp4'), cv2.VideoWriter_fourcc(*'mp4v'), 15,
        (64, 64))
    for value in range(5):
        writer.write(np.full((64, 64, 3), value * 40, dtype=np.uint8))
    writer.release()
    whole = (tmp_path / 'good.mp4').read_bytes()
    (tmp_path / 'cut.mp4').write_bytes(whole[:len(whole) // 2])
    (tmp_path / 'empty.mp4').write_bytes(b'')
    (tmp_path / 'text.mp4').write_text('no video')
    path = tmp_path / 'all.lst'
    path.write_text('good 0\ncut 0\nempty 0\ntext 0\nabsent 0\n')
    done = run('--list', path, '--videos', tmp_path)
    assert done.returncode == 1
    assert '4 problems' in done.stdout
    for line in (2, 3, 4, 5):
        assert f'(line {line} of the list)' in done.stdout
