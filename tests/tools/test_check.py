from functools import partial

import numpy as np
import pytest

from tests.in_process import run_tool
from tools.data import check

run = partial(run_tool, check.main, '--num-workers', 2)


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
    text, problem = run('--list', path, '--features', features, '--channels',
                        '4')
    assert problem == '1'
    for video, line in dict(short=2, nan=3, wide=4, absent=5).items():
        assert f'{video}.npy (video {video}, line {line} of the list): ' in text
    assert '4 problems' in text
    assert 'good.npy' not in text


def test_clean_set(features):
    path = features / 'good.lst'
    path.write_text('good 0\n')
    text, problem = run('--list', path, '--features', features)
    assert problem == '0'
    assert 'tail:      1 classes' in text


def test_finds_every_faulty_line(features):
    path = features / 'bad.lst'
    path.write_text('good 0\nshort\nnan x\n')
    text, problem = run('--list', path, '--features', features)
    assert problem == '1'
    assert 'line 2: ' in text and 'line 3: ' in text


@pytest.mark.parametrize('text, count', [
    ('video,action\ngood,run\nshort,sit\ngood,hop\n', 3),
    ('good 0_16\nshort 1_6\n', 2),
    ('good.x 1 3\nshort.x 2 4\n', None),
])
def test_formats_of_lists(features, text, count):
    """Labels that are no numbers are class names."""
    path = features / ('a.csv' if ',' in text else 'a.lst')
    path.write_text(text)
    out, problem = run('--list', path, '--features', features)
    if count is None:
        assert problem == '1' and '--list-format NAME' in out
        return
    assert f'tail:{count:>7} classes' in out
    assert 'short.npy (video short, line ' in out and '1 problems' in out
