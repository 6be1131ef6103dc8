import json
import resource
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from projects_move.datasets.features.drafts import DraftError
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.origin import Origin
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.datasets.features.store_folders import find_packed
from projects_move.errors import InputError, MissingInputError
from tests.datasets.features.stores import pack
from tests.pickling import pickle_roundtrip


def videos(count=23, channels=5):
    rng = np.random.default_rng(0)
    return {
        f'clip {i}' if i % 3 else f'a/ü{i}':
        rng.standard_normal((1 + i % 7, channels)).astype(np.float16)
        for i in range(count)
    }


ITEMS = videos()
HERE = Origin('here')


@pytest.fixture
def store(tmp_path):
    """23 videos in three shards."""
    pack(tmp_path, ITEMS, shard_bytes=300)
    return PackedStore(tmp_path)


def test_round_trip_over_many_shards(tmp_path, store):
    assert len(list(tmp_path.glob('*.bin'))) == 3
    assert len(store) == 23 and set(store.names()) == set(ITEMS)
    for name, frames in ITEMS.items():
        opened = store.open(name)
        assert_array_equal(opened, frames)
        assert opened.dtype == np.float16 and name in store
        assert not opened.read().flags.writeable
    assert 'clip' not in store and 'clip 99' not in store


def test_positions_of_many_videos(store):
    names = ['clip 4', 'zebra', 'a/ü3', '']
    positions = store.locate(np.array([name.encode() for name in names]))
    assert (positions[[1, 3]] == -1).all()
    for i in 0, 2:
        assert_array_equal(store.video(positions[i], HERE), ITEMS[names[i]])
        assert store.length(positions[i]) == len(ITEMS[names[i]])


def test_reads_like_a_folder_of_files(tmp_path, store):
    for name, frames in ITEMS.items():
        assert_array_equal(
            open_feature_file(tmp_path / f'{name}.npy', 5), frames)
    with pytest.raises(FileNotFoundError, match=r'x\.npy \(video x, line 3'):
        open_feature_file(tmp_path / 'x.npy', video='x', line=3)
    with pytest.raises(ValueError, match='expected 6 channels, found 5'):
        open_feature_file(tmp_path / 'clip 1.npy', 6)


def test_several_writers_and_growth(tmp_path):
    """Positions stay valid although new shards come before the old one."""
    items = list(ITEMS.items())
    pack(tmp_path, dict(items[:5]), shard_bytes=300, prefix='5-')
    store = PackedStore(tmp_path)
    positions = store.locate(np.array([n.encode() for n, _ in items[:5]]))
    assert items[9][0] not in store and not store.refresh()
    for prefix, more in ('1-', items[5:14]), ('0-', items[14:]):
        pack(tmp_path, dict(more), shard_bytes=300, prefix=prefix)
    for name, frames in items:  # found without a new reader
        assert_array_equal(store.open(name), frames)
    assert store.num_shards > 2
    for position, (_, frames) in zip(positions, items):
        assert_array_equal(store.video(position, HERE), frames)


@pytest.mark.parametrize('num_videos', [0, 3])
def test_store_without_shards(tmp_path, num_videos):
    """A new store, and one whose shards are deleted."""
    pack(tmp_path, videos(num_videos))
    store = PackedStore(tmp_path)
    for path in tmp_path.glob('0*'):
        path.unlink()
    assert store.refresh() == (num_videos > 0)
    assert len(store) == store.num_shards == 0 and not list(store.names())
    assert store.locate(np.array([b'clip 1'])) == -1
    with pytest.raises(MissingInputError, match='clip 1'):
        store.open('clip 1')


def test_folder_changes_while_a_process_runs(tmp_path):
    """Files, a packed store, another store with shards of the same names,
    and files again."""
    path, frames = tmp_path / 'a.npy', np.ones((2, 5), np.float16)
    with pytest.raises(FileNotFoundError):
        open_feature_file(path)
    for factor in 1, 2:
        pack(tmp_path, dict(a=factor * frames))
        assert_array_equal(open_feature_file(path), factor * frames)
        for file in tmp_path.iterdir():
            file.unlink()
    np.save(path, 3 * frames)
    assert_array_equal(open_feature_file(path), 3 * frames)


def test_killed_writer_leaves_whole_shards(tmp_path):
    pack(tmp_path, dict(list(ITEMS.items())[:10]), shard_bytes=300)
    whole = set(PackedStore(tmp_path).names())
    writer = ShardWriter(tmp_path, 'float16', 5)
    writer.add('unfinished', np.ones((3, 5)))
    writer._draft.close()  # and then it is killed
    assert set(PackedStore(tmp_path).names()) == whole
    # data without an index does not count, and is not overwritten
    (tmp_path / '00099.bin').write_bytes(b'1' * 10)
    pack(tmp_path, {'later': np.ones((2, 5))})
    assert set(PackedStore(tmp_path).names()) == whole | {'later'}
    assert (tmp_path / '00099.bin').read_bytes() == b'1' * 10


@pytest.mark.parametrize('shape', [(2, 4), (0, 5), (5, )])
def test_error_keeps_nothing_of_its_shard(tmp_path, shape):
    with pytest.raises(ValueError, match=r'video b\): expected '):
        pack(tmp_path, {'a': np.ones((2, 5)), 'b': np.ones(shape)})
    assert len(PackedStore(tmp_path)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ['store.json']


def test_truncated_shard_is_named(tmp_path, store):
    name = list(store.names())[-1]
    for path in tmp_path.glob('*.bin'):
        path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(
            ValueError, match=r'00\d+\.bin: is truncated: expected'):
        PackedStore(tmp_path).open('clip 1')
    with pytest.raises(ValueError, match=f'{name}.npy: shard .* is truncated'):
        open_feature_file(tmp_path / f'{name}.npy')


def test_two_writers_create_a_store_at_once(tmp_path):
    """The second header replaces the first: only its writer may go on."""
    frames = np.ones((2, 5))
    with pytest.raises(ValueError, match='expected .*float32.*float16'):
        with ShardWriter(tmp_path, 'float32', 5, prefix='0-') as writer:
            writer.add('a', frames)
            (tmp_path / 'store.json').unlink()
            pack(tmp_path, dict(b=frames), prefix='1-')
    assert list(PackedStore(tmp_path).names()) == ['b']
    assert not list(tmp_path.glob('.*'))


def test_other_stores_are_refused(tmp_path, store):
    with pytest.raises(
            ValueError, match="float32.*'channels': 5}, found .*float16"):
        ShardWriter(tmp_path, 'float32', 5)
    (tmp_path / 'store.json').write_text(json.dumps(dict(version=2)))
    with pytest.raises(ValueError, match='expected version 1, found 2'):
        PackedStore(tmp_path)


@pytest.mark.parametrize('reopen', [pickle_roundtrip, PackedStore.close])
def test_shards_are_opened_again(store, reopen):
    """In another process, and after they were closed."""
    kept = store.open('clip 1')
    other = reopen(store) or store
    assert not other._files
    for frames in kept, other.open('clip 1'):
        assert_array_equal(frames, ITEMS['clip 1'])


def test_plain_folder_is_no_store(tmp_path):
    for path in tmp_path / 'a' / 'b.npy', 'b.npy':
        assert find_packed(path) is None


@pytest.mark.parametrize('value, message', [
    (np.nan, r'video b\): holds NaN or infinity, first in frame 2'),
    (-np.inf, r'video b\): holds NaN or infinity, first in frame 2'),
    (1e6, r'video b\): holds 1e\+06, which is too large for float16'),
])
def test_numbers_that_are_not_finite_are_refused(tmp_path, value, message):
    frames = np.ones((4, 3), np.float32)
    frames[2, 1] = value
    with ShardWriter(tmp_path, 'float16', 3) as writer:
        writer.add('a', np.ones((2, 3)))
        with pytest.raises(InputError, match=message):
            writer.add('b', frames)
    store = PackedStore(tmp_path)
    assert list(store.names()) == ['a'] and len(store.open('a')) == 2


def test_failed_write_leaves_the_shard_as_it_was(tmp_path):
    """The size limit allows three and a half rows of the second video."""
    first, second, third = list(ITEMS)[:3]
    size = ITEMS[first].nbytes + 35
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ShardWriter(tmp_path, 'float16', 5) as writer:
        writer.add(first, ITEMS[first])
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
        try:
            with pytest.raises(OSError, match='too large'):
                writer.add(second, np.ones((90, 5)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)
        writer.add(third, ITEMS[third])
    store = PackedStore(tmp_path)
    assert sorted(store.names()) == sorted([first, third])
    for name in first, third:
        assert_array_equal(store.open(name), ITEMS[name])


def test_shard_that_could_not_be_closed_is_closed_later(tmp_path, monkeypatch):
    writer = ShardWriter(tmp_path, 'float16', 5)
    writer.add('a', np.ones((3, 5)))
    full = mock.Mock(side_effect=OSError('full'))
    with monkeypatch.context() as patch:
        patch.setattr(Path, 'write_bytes', full)
        with pytest.raises(OSError, match='full'):
            writer.close()
    writer.add('b', np.zeros((2, 5)))
    writer.close()
    store = PackedStore(tmp_path)
    assert np.all(store.open('a')) and not np.any(store.open('b'))
    assert len(list(tmp_path.iterdir())) == 3


def test_one_process_writes_under_a_prefix(tmp_path):
    with ShardWriter(tmp_path, 'float16', 5) as writer:
        writer.add('a', np.ones((3, 5)))
        second = ShardWriter(tmp_path, 'float16', 5)
        with pytest.raises(DraftError, match='draft: another process writes'):
            second.add('b', np.zeros((3, 5)))
        with ShardWriter(tmp_path, 'float16', 5, prefix='1-') as other:
            other.add('c', np.zeros((3, 5)))
    second.add('b', np.zeros((3, 5)))
    second.close()
    assert sorted(PackedStore(tmp_path).names()) == ['a', 'b', 'c']
    assert np.all(PackedStore(tmp_path).open('a'))
