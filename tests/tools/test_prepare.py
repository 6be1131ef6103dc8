import tarfile
from functools import partial

import numpy as np
import pytest
from mmaction.registry import DATASETS

from projects_move.datasets.lists.annotations import read_list
from tests.in_process import run_tool
from tools.data import prepare_minikinetics, prepare_videolt

run_videolt = partial(run_tool, prepare_videolt.main)
run_minikinetics = partial(run_tool, prepare_minikinetics.main)


@pytest.fixture
def videolt(tmp_path):
    """The authors' lists of two classes, and features of three videos."""
    labels = tmp_path / 'labels'
    labels.mkdir()
    (labels / 'count-labels-train.lst').write_text('One 0 2.0\nTwo 1 1.0\n')
    (labels / 'train.lst').write_text('a 0\nb 0,1\n')
    (labels / 'validate.lst').write_text('c 1\n')
    (labels / 'test.lst').write_text('d 0\n')
    (tmp_path / 'features').mkdir()
    for i, name in enumerate('abd'):
        np.save(tmp_path / 'features' / f'{name}.npy', np.full((2, 3), i * 1.))
    return tmp_path


def test_videolt(videolt, tmp_path):
    out = tmp_path / 'data'
    run = partial(run_videolt, '--out', out)
    text, problem = run('--labels', tmp_path / 'labels', '--features', 'tsm',
                        tmp_path / 'features', '--strict')
    assert problem == '1'  # c is missing
    assert 'val: 1 videos, NOT the official list' in text
    assert 'tsm, train: 2 of 2 files exist' in text
    assert 'tsm, val: 0 of 1 files exist' in text
    assert [
        path.name for path in (out / 'missing').iterdir()
        if path.suffix == '.txt'
    ] == ['tsm_val.txt']
    assert (out / 'missing' / 'tsm_val.txt').read_text() == 'c\n'
    assert (out / 'missing' / 'tsm_val.lst').read_text() == ''

    dataset = DATASETS.build(
        dict(
            type='VideoLTDataset',
            data_root=str(out),
            data_prefix=dict(features='features/tsm'),
            pipeline=[dict(type='LoadFeatures')]))
    assert dataset.class_counts.tolist() == [2, 1]
    assert dataset[1]['features'][0, 0] == 1

    np.save(tmp_path / 'c.npy', np.ones((2, 3)))
    with tarfile.open(tmp_path / 'rest.tar.gz', 'w:gz') as archive:
        archive.add(tmp_path / 'c.npy', 'TSM-R50-feature/c.npy')
    text, problem = run('--features', 'tsm', tmp_path / 'rest.tar.gz')
    assert problem is None
    assert 'tsm, val: 1 of 1 files exist' in text
    assert not list((out / 'missing').iterdir())
    assert run('--features', 'tsm', '--strict')[1] is None


def test_videolt_with_missing_videos(videolt, tmp_path):
    out = tmp_path / 'data'
    (tmp_path / 'raw').mkdir()
    for name in ('b.webm', 'c.mp4', 'd.part'):
        (tmp_path / 'raw' / name).write_bytes(b'not decoded')
    run = partial(run_videolt, '--out', out)
    text, problem = run('--labels', tmp_path / 'labels', '--videos',
                        tmp_path / 'raw')
    assert problem is None
    assert (out / 'videos' / 'b.mp4').resolve().name == 'b.webm'
    left = read_list(out / 'missing' / 'videos_train.lst')
    assert (left.names, left.labels) == (['b'], [[0, 1]])


def test_errors(videolt, tmp_path):
    run = partial(run_videolt, '--out', tmp_path / 'data')
    assert 'expected the list' in run('--labels', tmp_path)[1]
    assert 'expected a folder or archive' in run('--labels',
                                                 tmp_path / 'labels',
                                                 '--features', 'tsm',
                                                 tmp_path / 'gone')[1]
    (tmp_path / 'labels' / 'train.lst').write_text('a 0\nb 7\n')
    problem = run('--labels', tmp_path / 'labels')[1]
    assert 'train.lst' in problem and 'line 2: label 7' in problem


KINETICS = '''label,youtube_id,time_start,time_end,split,is_cc
air drumming,-bwYZwnwb8E,13,23,train,0
abseiling,x,7,17,train,0
never seen,z,7,17,train,0
'''


def test_minikinetics(tmp_path):
    labels = tmp_path / 'labels'
    labels.mkdir()
    (labels / 'kinetics_train.csv').write_text(KINETICS)
    (labels / 'train.lst').write_text('-bwYZwnwb8E_000013_000023 1\n'
                                      'x_000007_000017 0\n')
    (labels / 'val.lst').write_text('y_000001_000011 0\n')
    raw = tmp_path / 'kinetics' / 'train' / 'air drumming'
    raw.mkdir(parents=True)
    (raw / '-bwYZwnwb8E_000013_000023.mp4').write_bytes(b'not decoded')
    np.save(tmp_path / 'y_000001_000011.npy', np.ones((4, 3)))
    out = tmp_path / 'data'
    text, problem = run_minikinetics('--labels', labels, '--out', out,
                                     '--videos', tmp_path / 'kinetics',
                                     '--features', 'ResNet50', tmp_path)
    assert problem is None
    assert (out / 'labels' /
            'classes.txt').read_text() == 'abseiling\nair drumming\n'
    assert (out / 'videos/train/-bwYZwnwb8E_000013_000023.mp4').is_file()
    assert (out / 'features/ResNet50/val/y_000001_000011.npy').is_file()
    assert 'ResNet50, test: 1 of 1 files exist' in text
    assert (out /
            'missing/videos_train.txt').read_text() == ('x_000007_000017\n')

    (labels / 'kinetics_train.csv').write_text(KINETICS.replace('x,7', 'x,8'))
    assert 'has no video x_000007' in run_minikinetics('--labels', labels,
                                                       '--out', out)[1]


@pytest.mark.parametrize('run, prefix, files', [
    (run_videolt, 'videolt',
     ('count-labels-train.lst', 'train.lst', 'validate.lst', 'test.lst')),
    (run_minikinetics, 'minikinetics200',
     ('classes.txt', 'train.lst', 'val.lst')),
])
def test_official_lists(shared, tmp_path, run, prefix, files):
    labels = shared / 'labels'
    for name in files:
        (tmp_path / name).symlink_to(labels / f'{prefix}_{name}')
    text, problem = run('--labels', tmp_path, '--out', tmp_path / 'out',
                        '--videos')
    assert problem is None
    assert text.count('the official list') == len(files) - 1
    assert 'NOT' not in text
    assert 'videos, test: 0 of ' in text
