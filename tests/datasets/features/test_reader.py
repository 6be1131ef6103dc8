"""The quick ways of reading give what the careful one gives."""
import numpy as np
import pytest

from projects_move.datasets.features import reader as feature_reader
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.reader import FeatureReader
from projects_move.datasets.features.shard_writer import ShardWriter

NAMES = np.array([b'a', b'bc', b'd'])


def frames(index, length=4, dtype='float16'):
    rng = np.random.default_rng(index)
    return rng.standard_normal((length, 3)).astype(dtype)


def reader(folder, careful=None):

    def open_one(index):
        if careful is not None:
            careful.append(index)
        return open_feature_file(
            folder / f'{NAMES[index].decode()}.npy', video='v')

    return FeatureReader(str(folder), NAMES, open_one)


def test_files(tmp_path):
    arrays = [frames(0), frames(1, 9, 'float32'), frames(2, 1, 'float64')]
    for name, array in zip(NAMES, arrays):
        np.save(tmp_path / f'{name.decode()}.npy', array)
    careful = []
    files = reader(tmp_path, careful)
    files.read_ahead([0, 1])
    for index in (1, 0, 2, 1):
        opened = files.open(index)
        np.testing.assert_array_equal(opened, arrays[index])
        assert opened.dtype == arrays[index].dtype
    assert not careful


@pytest.mark.parametrize(
    'array',
    [np.asfortranarray(frames(0)),
     frames(0).astype('>f4'),
     frames(0, 2**19)])
def test_unusual_files_are_opened_with_care(tmp_path, array):
    np.save(tmp_path / 'a.npy', array)
    careful = []
    np.testing.assert_array_equal(reader(tmp_path, careful).open(0), array)
    assert careful == [0]


@pytest.mark.parametrize('keep', [0, 7, 40, 130])
def test_truncated(tmp_path, keep):
    np.save(tmp_path / 'a.npy', frames(0))
    whole = (tmp_path / 'a.npy').read_bytes()
    (tmp_path / 'a.npy').write_bytes(whole[:keep])
    with pytest.raises(ValueError, match=r'a\.npy \(video v\) is truncated'):
        reader(tmp_path).open(0)
    with pytest.raises(FileNotFoundError, match=r'bc\.npy \(video v'):
        reader(tmp_path).open(1)


def test_never_unpickles(tmp_path):
    np.save(tmp_path / 'a.npy', np.array([[{}]], dtype=object))
    with pytest.raises(ValueError, match='truncated or no .npy file'):
        reader(tmp_path).open(0)


def test_a_store_that_grows(tmp_path):
    """What was found stays right when what comes sorts before it."""
    with ShardWriter(tmp_path, 'float16', 3, prefix='m') as store:
        store.add('bc', frames(1))
    careful = []
    opened = reader(tmp_path, careful)
    np.testing.assert_array_equal(opened.open(1), frames(1))
    with pytest.raises(FileNotFoundError, match=r'd\.npy'):
        opened.open(2)
    with ShardWriter(tmp_path, 'float16', 3, prefix='b') as store:
        store.add('a', frames(0, 7))
    for _ in range(2):
        np.testing.assert_array_equal(opened.open(0), frames(0, 7))
        np.testing.assert_array_equal(opened.open(1), frames(1))
    assert careful == [2, 0]


@pytest.mark.parametrize('warm, expected', [(1, [0, 2, 1, 1]),
                                            (3, [0, 2, 1, 0])])
def test_reads_ahead_while_the_disk_is_read(tmp_path, monkeypatch, warm,
                                            expected):
    """Once it is not, the disk is looked at after some videos again."""
    monkeypatch.setattr(feature_reader, 'WARM', warm)
    with ShardWriter(tmp_path, 'float16', 3) as store:
        for index, name in enumerate(NAMES):
            store.add(name.decode(), frames(index, 3000))
    opened = reader(tmp_path)
    asked, blocks = [], iter([8, 16, 16, 24, 24, 24])
    monkeypatch.setattr(feature_reader, '_blocks_read', lambda: next(blocks))
    read_ahead = opened._store.read_ahead
    monkeypatch.setattr(
        opened._store, 'read_ahead', lambda place:
        (asked.append(int(place)), read_ahead(place)))
    for indices in ([0], [2, 1], [0], [1], [2], [0]):
        opened.read_ahead(indices)
        for index in indices:
            np.testing.assert_array_equal(
                opened.open(index), frames(index, 3000))
    assert asked == expected


def test_truncated_shard(tmp_path):
    with ShardWriter(tmp_path, 'float16', 3) as store:
        store.add('a', frames(0))
        store.add('bc', frames(1))
    shard, = tmp_path.glob('*.bin')
    shard.write_bytes(shard.read_bytes()[:30])
    opened = reader(tmp_path)
    opened.read_ahead([0, 1])
    np.testing.assert_array_equal(opened.open(0), frames(0))
    with pytest.raises(ValueError, match='truncated: 5 frames, video bc ends'):
        opened.open(1)
