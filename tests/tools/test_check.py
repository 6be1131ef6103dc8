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
        assert f'{video}.npy (video {video}, line {line} of the list)' in text
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


CONFIG = """
model = dict(
    backbone=dict(type='IdentityBackbone'),
    neck=dict(type='ParallelNeck', {shared}, necks=dict(a=dict({own}))))
train_dataloader = dict(dataset=dict(
    type='LongTailDataset', ann_file='{folder}/a.lst',
    data_prefix=dict(features='{folder}')))
"""


def write_config(folder, arrays, shared='in_channels=4', own=''):
    for i, array in enumerate(arrays):
        np.save(folder / f'v{i}.npy', array)
    (folder / 'a.lst').write_text(''.join(f'v{i} 0\n'
                                          for i in range(len(arrays))))
    path = folder / 'config.py'
    path.write_text(CONFIG.format(folder=folder, shared=shared, own=own))
    return path


def test_files_of_a_config(tmp_path):
    arrays = [np.ones((6 + i % 2, 4), np.float16) for i in range(5)]
    text, problem = run(write_config(tmp_path, arrays))
    assert problem == '0'
    assert 'train: read all values of all feature files: 5 files of 4 ' \
        'channels; 6 to 7 frames; float16' in text


@pytest.mark.parametrize('settings', [
    dict(shared='in_channels=4'),
    dict(shared='x=1', own='in_channels=4'),
])
def test_channels_of_a_config(tmp_path, settings):
    """Also if all files are transposed."""
    arrays = [np.ones((4, 6 + i % 2), np.float16) for i in range(5)]
    config = write_config(tmp_path, arrays, **settings)
    text, problem = run(config)
    assert problem == '1' and '5 problems' in text
    for i in range(5):
        assert f'v{i}.npy (video v{i}, line {i + 1} of the list): has ' in text
    assert text.count('but the model expects 4 (in_channels); the shape ') == 5
    assert text.count('looks transposed') == 5
    arrays = [np.ones((6, 5))] * 5
    config = write_config(tmp_path, arrays, **settings)
    assert run(config)[1] == '1'
    assert run(config, '--channels', 5)[1] == '0'


def test_one_odd_file(tmp_path):
    arrays = [np.ones((6, 4))] * 3 + [np.ones((4, 6)), np.ones((6, 3))]
    text, problem = run(write_config(tmp_path, arrays, shared='x=1'))
    assert problem == '1' and '2 problems' in text
    assert 'line 4 of the list): has 6 channels, but 3 files have 4; the ' \
        'shape (4, 6) looks transposed' in text
    assert 'line 5 of the list): has 3 channels, but 3 files have 4\n' in text
