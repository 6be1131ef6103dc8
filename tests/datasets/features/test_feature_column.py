"""Reading in batches gives what opening one file gives."""
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from projects_move.datasets.features import packed_store
from projects_move.datasets.features.feature_column import FeatureColumn
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.errors import InputError
from tests.datasets.features.stores import pack

NAMES = ['a', 'bc', 'd']


def frames(index, length=4, dtype='float16'):
    rng = np.random.default_rng(index)
    return rng.standard_normal((length, 5)).astype(dtype)


def column(folder, names=NAMES, **kwargs):
    return FeatureColumn([f'{folder}/{name}.npy' for name in names], names,
                         [1, 2, 3], **kwargs)


def test_files(tmp_path):
    arrays = [frames(0), frames(1, 9, 'float32'), frames(2, 1, 'float64')]
    for name, array in zip(NAMES, arrays):
        np.save(tmp_path / f'{name}.npy', array)
    files = column(tmp_path)
    assert len(files) == 3
    opened = [files[i] for i in (1, 0, 2, 1)]  # none overwrites another
    for one, index in zip(opened, (1, 0, 2, 1)):
        assert_array_equal(one, arrays[index])
        assert one.dtype == arrays[index].dtype
    assert_array_equal(files[[2, 1]][1], arrays[1])


@pytest.mark.parametrize('array', [
    np.asfortranarray(frames(0)),
    np.asfortranarray(frames(0, 2**19)),
    frames(0, 2**19)
])
def test_unusual_files(tmp_path, array):
    np.save(tmp_path / 'a.npy', array)
    assert_array_equal(column(tmp_path)[0], array)


@pytest.mark.parametrize('keep', [0, 7, 40, 130])
def test_truncated_and_missing_files(tmp_path, keep):
    np.save(tmp_path / 'a.npy', frames(0))
    whole = (tmp_path / 'a.npy').read_bytes()
    (tmp_path / 'a.npy').write_bytes(whole[:keep])
    (tmp_path / 'd.npy').mkdir()
    for index, error, text in ((0, ValueError,
                                r'a\.npy \(video a, line 1 .*\): the '),
                               (1, FileNotFoundError,
                                r'bc\.npy \(video bc, line 2'),
                               (2, ValueError, r'd\.npy \(video d, line 3')):
        with pytest.raises(error, match=text):
            column(tmp_path)[index]


def test_objects_are_never_unpickled(tmp_path):
    np.save(tmp_path / 'a.npy', np.array([[{}]], dtype=object))
    with pytest.raises(ValueError, match='only unpickling could read'):
        column(tmp_path)[0]


@pytest.mark.parametrize('packed', [True, False])
def test_channels_are_checked(tmp_path, packed):
    if packed:
        pack(tmp_path, dict(a=frames(0)))
    else:
        np.save(tmp_path / 'a.npy', frames(0))
    assert column(tmp_path, channels=5)[0].shape == (4, 5)
    with pytest.raises(ValueError, match='expected 3 channels, found 5'):
        column(tmp_path, channels=3)[0]


def test_a_store_that_grows(tmp_path):
    """Its videos stay right when later ones sort before them."""
    pack(tmp_path, {'bc': frames(1), 'sub/d': frames(2)}, prefix='m')
    opened = column(tmp_path)
    assert_array_equal(opened[1], frames(1))
    with pytest.raises(FileNotFoundError, match=r'd\.npy'):
        opened[2]
    pack(tmp_path, dict(a=frames(0, 7)), prefix='b')
    for each in (opened, column(tmp_path)):
        assert_array_equal(each[0], frames(0, 7))
        assert_array_equal(each[1], frames(1))
    below = column(tmp_path / 'sub', ['d'])
    assert_array_equal(below[0], frames(2))


def test_reads_ahead_while_the_disk_is_read(tmp_path, monkeypatch):
    pack(tmp_path, {name: frames(i, 3000) for i, name in enumerate(NAMES)})
    opened = column(tmp_path)
    asked, blocks = [], iter([8, 16, 16, 24])
    monkeypatch.setattr(packed_store, '_blocks_read', lambda: next(blocks))
    read_ahead = opened._store._read_ahead
    monkeypatch.setattr(
        opened._store, '_read_ahead', lambda position:
        (asked.append(position), read_ahead(position)))
    for indices in ([0], [2, 1], [0], [1]):
        opened[indices].read_ahead()
    assert asked == [0, 2, 1, 1]
    for index in range(3):
        assert_array_equal(opened[index], frames(index, 3000))


def test_truncated_shard(tmp_path):
    pack(tmp_path, dict(a=frames(0), bc=frames(1)))
    shard, = tmp_path.glob('*.bin')
    shard.write_bytes(shard.read_bytes()[:50])
    opened = column(tmp_path, NAMES[:2])
    opened.read_ahead()
    for index, name in enumerate(NAMES[:2]):
        with pytest.raises(
                InputError, match=fr'\(video {name}, .*bin: is truncated'):
            opened[index]


def test_a_store_that_is_packed_anew(tmp_path):
    """The number of shards is the same, the positions are not."""
    with ShardWriter(tmp_path, 'float16', 5, prefix='a') as store:
        store.add('a', frames(0))
        store.add('bc', frames(1))
    opened = column(tmp_path)
    np.testing.assert_array_equal(opened[0], frames(0))
    with ShardWriter(tmp_path, 'float16', 5, prefix='b') as store:
        for name, index in (('d', 5), ('bc', 6), ('a', 7)):
            store.add(name, frames(index))
    for path in tmp_path.glob('a*'):
        path.unlink()
    for index, expected in ((2, 5), (0, 7), (1, 6)):
        np.testing.assert_array_equal(opened[index], frames(expected))
