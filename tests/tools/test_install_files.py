import io
import zipfile

import numpy as np
import pytest

from projects_move.datasets.features.shard_writer import ShardWriter
from tools.data.preparation.install_files import existing, install


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def features(seed):
    return np.random.default_rng(seed).random((3, 5), dtype=np.float32)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / 'source' / 'deep').mkdir(parents=True)
    for i, name in enumerate(['deep/a', 'b', 'deep/unknown']):
        np.save(tmp_path / 'source' / f'{name}.npy', features(i))
    (tmp_path / 'source' / 'cut.npy').write_bytes(npy(features(3))[:-1])
    (tmp_path / 'source' / 'empty.npy').touch()
    (tmp_path / 'source' / 'a.txt').write_text('no feature')
    return tmp_path / 'source'


def targets(folder, names):
    return {name: folder / 'out' / f'{name}.npy' for name in names}


NAMES = ('a', 'b', 'cut', 'empty', 'gone')


@pytest.mark.parametrize('copy', [False, True])
def test_folder(folder, tmp_path, copy):
    wanted = targets(tmp_path, NAMES)
    problems = dict(install([folder], wanted, ('.npy', ), copy))
    assert {
        name: not text
        for name, text in problems.items()
    } == dict(
        a=True, b=True, cut=False, empty=False)
    assert 'cut.npy' in problems['cut'] and 'truncated' in problems['cut']
    assert 'empty.npy is empty' in problems['empty']
    assert existing(wanted) == ['a', 'b']
    assert sorted(path.name
                  for path in (tmp_path /
                               'out').iterdir()) == ['a.npy', 'b.npy']
    assert wanted['a'].is_symlink() is not copy
    np.testing.assert_array_equal(np.load(wanted['a']), features(0))


def test_archive(tmp_path):
    """Files are written to the targets only, also for hostile paths; the
    first of two files is used unless it is corrupt."""
    with zipfile.ZipFile(tmp_path / 'all.zip', 'w') as archive:
        archive.writestr('../../../a.npy', npy(features(0)))
        archive.writestr('b.npy', npy(features(1))[:-1])
        archive.writestr('again/b.npy', npy(features(2)))
        archive.writestr('again/a.npy', npy(features(3)))
        archive.writestr('objects.npy', npy(np.array([{}, 1], object)))
    wanted = targets(tmp_path / 'deep' / 'down', [*NAMES, 'objects'])
    found = list(install([tmp_path / 'all.zip'], wanted, ('.npy', )))
    assert [(name, not text) for name, text in found] == [('a', True),
                                                          ('b', False),
                                                          ('b', True),
                                                          ('objects', False)]
    assert existing(wanted) == ['a', 'b']
    np.testing.assert_array_equal(np.load(wanted['a']), features(0))
    np.testing.assert_array_equal(np.load(wanted['b']), features(2))
    assert not list(tmp_path.glob('*.npy'))


def test_broken_link_does_not_exist(folder, tmp_path):
    wanted = targets(tmp_path, ['a'])
    wanted['a'].parent.mkdir()
    wanted['a'].symlink_to(tmp_path / 'unmounted')
    assert existing(wanted) == []
    assert dict(install([folder], wanted, ('.npy', ))) == dict(a='')
    assert existing(wanted) == ['a']


def test_packed_store(tmp_path):
    with ShardWriter(tmp_path / 'out', 'float16', 5) as store:
        store.add('b', features(1))
    assert existing(targets(tmp_path, ['a', 'b'])) == ['b']
