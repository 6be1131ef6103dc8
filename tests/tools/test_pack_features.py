import errno
import os
import re
from functools import partial
from unittest import mock

import numpy as np
import pytest

from projects_move.datasets import LongTailDataset
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from tests.in_process import run_tool
from tools import pack_features

run = partial(run_tool, pack_features.main)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / 'feat' / 'sub').mkdir(parents=True)
    for i in range(12):
        name = f'sub/v{i}' if i % 4 == 0 else f'v{i}'
        np.save(tmp_path / 'feat' / f'{name}.npy',
                rng.standard_normal((3 + i, 4)).astype(np.float32))
    (tmp_path / 'feat' / 'manifest.json').write_text('{"backbone": "x"}')
    return tmp_path / 'feat'


def test_unpacked_files_equal_the_packed_ones(folder, tmp_path):
    store, back = tmp_path / 'store', tmp_path / 'back'
    assert run('pack', folder, store, '--dtype', 'float32', '--shard-bytes',
               400)[1] is None
    assert run('verify', folder, store)[1] is None
    assert run('unpack', store, back)[1] is None
    paths = sorted(folder.rglob('*.npy'))
    assert len(paths) == 12
    for path in paths:
        np.testing.assert_array_equal(
            np.load(back / path.relative_to(folder)), np.load(path))
    assert (back / 'manifest.json').read_text() == '{"backbone": "x"}'


def test_float16_is_verified_as_such(folder, tmp_path):
    run('pack', folder, tmp_path / 'store')
    assert run('verify', folder, tmp_path / 'store')[1] is None
    np.save(folder / 'v1.npy', np.zeros((4, 4)))
    text, problem = run('verify', folder, tmp_path / 'store')
    assert problem == '1 videos failed' and 'failed: v1 differs' in text


def test_resumes_after_an_interruption(folder, tmp_path, monkeypatch):
    store, add, names = tmp_path / 'store', ShardWriter.add, []

    def interrupted(self, name, frames):
        names.append(name)
        if len(names) == 6:
            raise KeyboardInterrupt
        add(self, name, frames)

    monkeypatch.setattr(ShardWriter, 'add', interrupted)
    assert 'the same command resumes' in run('pack', folder, store)[1]
    assert len(PackedStore(store)) == 5
    text, _ = run('pack', folder, store)
    assert text.startswith('7 videos to do') and len(names) == 13
    text = run('pack', folder, store)[0]
    assert text.startswith('0 videos to do\n0 videos done')
    assert run('verify', folder, store)[1] is None


def test_shards_divide_the_videos(folder, tmp_path):
    for i in range(3):
        run('pack', folder, tmp_path / 'store', '--shard', f'{i}/3')
    assert run('verify', folder, tmp_path / 'store')[1] is None
    assert len(list((tmp_path / 'store').glob('*.bin'))) == 3


def test_bad_file_does_not_stop_the_others(folder, tmp_path):
    np.save(folder / 'v1.npy', np.full((3, 4), np.nan))
    np.save(folder / 'v2.npy', np.ones((3, 5)))
    (folder / 'v3.npy').write_bytes(b'no array')
    text, problem = run('pack', folder, tmp_path / 'store')
    assert problem == '3 videos failed'
    for part in ('video v1): holds NaN', 'video v2): expected 4 channels',
                 'v3.npy: expected a .npy file'):
        assert part in text
    assert len(PackedStore(tmp_path / 'store')) == 9


def test_errors(folder, tmp_path):
    assert 'no packed store' in run('unpack', folder, tmp_path / 'x')[1]
    assert 'no folder' in run('pack', tmp_path / 'none', tmp_path / 'x')[1]
    run('pack', folder, tmp_path / 'store')
    assert 'is a packed store already' in run('pack', tmp_path / 'store',
                                              tmp_path / 'x')[1]
    problem = run('pack', folder, tmp_path / 'store', '--dtype', 'float32')[1]
    assert 'error: ' in problem and 'found' in problem and 'float16' in problem
    assert '--shard is i/n' in run('pack', folder, tmp_path / 'x', '--shard',
                                   '3/3')[1]


def test_other_backbones_are_refused(folder, tmp_path):
    """In a store as in a folder; other frames of the same one are not."""
    store, other, back = (tmp_path / name for name in ('st', 'other', 'back'))
    other.mkdir()
    np.save(other / 'w.npy', np.ones((2, 4)))
    (other / 'manifest.json').write_text('{"backbone": "y"}')
    store.mkdir()
    (store / 'manifest.json').write_text('{"backbone": "of a failed run"}')
    assert run('pack', folder, store)[1] is None
    for what, source, target in (('pack', other, store), ('unpack', store,
                                                          other)):
        problem = run(what, source, target)[1]
        assert 'features of another backbone' in problem
        assert str(source) in problem and str(target) in problem
    assert len(PackedStore(store)) == 12 and not (other / 'v1.npy').exists()
    (other / 'manifest.json').write_text('{"backbone": "x", "pipeline": 1}')
    assert run('pack', other, store)[1] is None
    assert run('unpack', store, back)[1] is None
    assert len(list(back.rglob('*.npy'))) == 13


def test_manifest_is_written_before_the_features(folder, tmp_path,
                                                 monkeypatch):
    interrupted = mock.Mock(side_effect=KeyboardInterrupt)
    monkeypatch.setattr(ShardWriter, 'add', interrupted)
    run('pack', folder, tmp_path / 'store')
    assert len(PackedStore(tmp_path / 'store')) == 0
    assert (tmp_path / 'store' / 'manifest.json').exists()


@pytest.mark.parametrize('odd', ['sub/v0', 'sub/v4'])
def test_different_channels_are_refused(folder, tmp_path, odd):
    np.save(folder / f'{odd}.npy', np.ones((3, 5)))
    text, problem = run('pack', folder, tmp_path / 'store')
    assert problem == '1 videos failed'
    assert f'video {odd}): expected 4 channels, found 5' in text
    assert len(PackedStore(tmp_path / 'store')) == 11
    for path in folder.rglob('*.npy'):
        if odd not in str(path) and path.name != 'v1.npy':
            path.unlink()
    problem = run('pack', folder, tmp_path / 'new')[1]
    assert 'files of different channels' in problem
    assert f'{folder}/{odd}.npy (3, 5)' in problem and 'v1.npy' in problem
    assert not (tmp_path / 'new').exists()


def test_no_files_are_no_success(folder, tmp_path):
    run('pack', folder, tmp_path / 'store')
    (tmp_path / 'empty').mkdir()
    for what in 'verify', 'pack':
        problem = run(what, tmp_path / 'empty', tmp_path / 'store')[1]
        assert f'no .npy file below {tmp_path}/empty' in problem
    (tmp_path / 'empty' / 'a.npy').write_text('no array')
    text, problem = run('pack', tmp_path / 'empty', tmp_path / 'new')
    assert problem == '1 videos failed' and 'a.npy: expected a .npy' in text


@pytest.mark.parametrize('call', ['pwrite', 'fsync'])
def test_a_full_disk_ends_packing(folder, tmp_path, monkeypatch, call):
    """Not each of the videos; the next run goes on."""
    write, calls = getattr(os, call), []

    def full_later(*args):
        calls.append(1)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(*args)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full_later)
        text, problem = run('pack', folder, tmp_path / 'store',
                            '--shard-bytes', '60')
    assert re.fullmatch(
        r"\nerror: \[Errno 28\] No space left on device: '.*store.*'", problem)
    assert 'failed' not in text and len(calls) < 9
    assert run('pack', folder, tmp_path / 'store')[1] is None
    assert run('verify', folder, tmp_path / 'store')[1] is None
    assert not list((tmp_path / 'store').glob('.*'))


def test_a_full_disk_ends_unpacking(folder, tmp_path, monkeypatch):
    run('pack', folder, tmp_path / 'store')
    with monkeypatch.context() as patch:
        patch.setattr(
            os, 'fsync',
            mock.Mock(
                side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
        problem = run('unpack', tmp_path / 'store', tmp_path / 'back')[1]
    assert re.search(r"No space left on device: '.*back/.*'", problem)
    assert not list((tmp_path / 'back').iterdir())
    assert run('unpack', tmp_path / 'store', tmp_path / 'back')[1] is None
    assert run('verify', tmp_path / 'back', tmp_path / 'store')[1] is None


def test_two_processes_need_two_shards(folder, tmp_path):
    with ShardWriter(tmp_path / 'store', 'float16', 4) as other:
        other.add('elsewhere', np.ones((2, 4)))
        assert 'give each its own --shard' in run('pack', folder,
                                                  tmp_path / 'store')[1]
        assert run('pack', folder, tmp_path / 'store', '--shard',
                   '0/2')[1] is None


def test_trains_from_a_store(folder, tmp_path):
    run('pack', folder, tmp_path / 'store')
    (tmp_path / 'a.lst').write_text('sub/v0 0\nv1 1\n')
    pipeline = [
        dict(type='LoadFeatures', channels=4),
        dict(type='SampleFeatureFrames', num_frames=6, mode='uniform'),
        dict(type='PackActionInputs')
    ]
    inputs = []
    for features in (folder, tmp_path / 'store'):
        data = LongTailDataset(
            str(tmp_path / 'a.lst'),
            pipeline,
            data_prefix=dict(features=str(features)))
        inputs.append([data[i]['inputs'].half() for i in range(2)])
    for file, packed in zip(*inputs):
        assert packed.shape == (6, 4) and (file == packed).all()


def test_store_is_compared_with_its_checksums(folder, tmp_path):
    store = tmp_path / 'store'
    run('pack', folder, store)
    assert run('check', store)[1] is None
    path = store / '00000.bin'
    content = bytearray(path.read_bytes())
    content[3 * 4 * 2] ^= 1  # the second video, sub/v4
    path.write_bytes(content)
    for arguments in (('check', store), ('verify', folder, store),
                      ('unpack', store, tmp_path / 'back')):
        text, problem = run(*arguments)
        assert problem == '1 videos failed'
        assert 'sub/v4.npy: the frames in' in text and 'checksum' in text
    assert len(list((tmp_path / 'back').rglob('*.npy'))) == 11


def test_videos_of_other_folders_are_said(folder, tmp_path):
    store = tmp_path / 'store'
    run('pack', folder, store)
    (folder / 'v1.npy').unlink()
    text, problem = run('verify', folder, store)
    assert problem is None and "1 videos of" in text and "'v1'" in text


def test_names_of_the_longest_length(folder, tmp_path):
    name = 'ü' * 125
    np.save(folder / f'{name}.npy', np.ones((2, 4), np.float32))
    assert run('pack', folder, tmp_path / 'store')[1] is None
    assert run('unpack', tmp_path / 'store', tmp_path / 'back')[1] is None
    assert np.load(tmp_path / 'back' / f'{name}.npy').shape == (2, 4)


def test_names_that_are_no_file_names(folder, tmp_path):
    """Of a store that someone else has written."""
    with ShardWriter(tmp_path / 'store', 'float16', 4) as store:
        for name in ('../outside', '/outside', 'a/../../outside', 'n' * 300,
                     'link/outside', 'inside/a', 'good'):
            store.add(name, np.ones((2, 4)))
    back = tmp_path / 'back'
    back.mkdir()
    (back / 'link').symlink_to(tmp_path)
    (back / 'real').mkdir()
    (back / 'inside').symlink_to(back / 'real')
    text, problem = run('unpack', tmp_path / 'store', back)
    assert problem == '5 videos failed'
    assert text.count(f'expected a name below {back}') == 4
    assert not list(tmp_path.glob('outside*'))
    assert sorted(path.name
                  for path in back.rglob('*.npy')) == ['a.npy', 'good.npy']


def test_a_link_is_replaced_and_not_written_through(folder, tmp_path):
    """At the place of a file that an unpacking writes."""
    run('pack', folder, tmp_path / 'store')
    (tmp_path / 'back').mkdir()
    link = tmp_path / 'back' / 'v1.npy'
    link.symlink_to(tmp_path / 'outside')
    assert run('unpack', tmp_path / 'store', tmp_path / 'back')[1] is None
    assert link.is_file() and not link.is_symlink()
    assert not (tmp_path / 'outside').exists()


def test_values_beyond_float16(folder, tmp_path):
    np.save(folder / 'v2.npy', np.full((3, 4), 7e4, np.float32))
    text, problem = run('pack', folder, tmp_path / 'store')
    assert problem == '1 videos failed' and len(
        PackedStore(tmp_path / 'store')) == 11
    assert '(video v2): holds 70000, which is too large for float16' in text


def test_arguments_that_do_not_fit(folder, tmp_path):
    for arguments in (('pack', folder), ('check', folder, tmp_path)):
        assert 'expected a source and a target' in run(*arguments)[1]
    for shard in ('0/0', '0.0/1', '1/1', 'a/b'):
        assert '--shard is i/n' in run('pack', folder, tmp_path / 'x',
                                       f'--shard={shard}')[1]


def test_links_and_what_is_no_file(folder, tmp_path):
    """Links to folders are followed; all else ending in .npy is named."""
    other = tmp_path / 'other'
    other.mkdir()
    np.save(other / 'w.npy', np.ones((2, 4)))
    (folder / 'linked').symlink_to(other)
    (other / 'back').symlink_to(folder)  # contains the link
    (folder / 'x.npy').mkdir()
    np.save(folder / 'x.npy' / 'y.npy', np.ones((2, 4)))
    os.mkfifo(folder / 'fifo.npy')
    (folder / 'broken.npy').symlink_to('nowhere')
    np.save(folder / '.hidden.npy', np.ones((2, 4)))
    text, problem = run('pack', folder, tmp_path / 'store')
    assert problem == '3 videos failed'
    for part in ('x.npy: expected a regular file, found a directory',
                 'fifo.npy: expected a regular file, found a FIFO',
                 'broken.npy: it is a link to nothing'):
        assert part in text
    names = set(PackedStore(tmp_path / 'store').names())
    assert len(names) == 14 and {'linked/w', 'x.npy/y'} < names


def test_videos_in_two_shards(folder, tmp_path):
    """Counted by ``check``; unpacking and packing gives a clean store."""
    store, back, clean = (tmp_path / name for name in ('st', 'back', 'clean'))
    run('pack', folder, store, '--dtype', 'float32')
    features = np.load(folder / 'v1.npy')
    with ShardWriter(store, 'float32', 4, prefix='x') as writer:
        writer.add('v1', features * np.float32(1.01))
    text, problem = run('check', store)
    assert problem is None and '1 of 12 videos are in several shards' in text
    assert run('unpack', store, back)[1] is None
    np.testing.assert_array_equal(np.load(back / 'v1.npy'), features)
    run('pack', back, clean, '--dtype', 'float32')
    assert 'several' not in run('check', clean)[0]
    assert run('verify', folder, clean)[1] is None
    with ShardWriter(store, 'float32', 4, prefix='x') as writer:
        writer.add('v1', -features)
    problem = run('check', store)[1]
    assert 'error: video v1 is in two shards' in problem
