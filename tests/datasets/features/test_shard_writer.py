"""Writers that join, leave and die while others write to the same store."""
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from projects_move.datasets.features.drafts import MAX_AGE, DraftError
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.errors import InputError
from tests.datasets.features.stores import pack

FRAMES = {
    name: np.full((1 + i, 5), i, np.float16)
    for i, name in enumerate('abcdef')
}


def add(writer, names):
    for name in names:
        writer.add(name, FRAMES[name])


def check(folder, names):
    """The store has these videos, each with its frames."""
    store = PackedStore(folder)
    assert ''.join(store.names()) == names and store.num_repeated == 0
    for name in names:
        assert_array_equal(store.open(name).read_checked(), FRAMES[name])


def test_prefixes_whose_names_meet(tmp_path):
    """``a`` and 100000, ``a1`` and 00000; no shard replaces another."""
    (tmp_path / 'a99999.bin').touch()
    for prefix, names in ('a', 'ab'), ('a1', 'cd'), ('', 'e'), ('a', 'f'):
        pack(tmp_path, {name: FRAMES[name] for name in names}, prefix=prefix)
    check(tmp_path, 'abcdef')
    assert (tmp_path / 'a99999.bin').stat().st_size == 0


def test_same_name_at_the_same_time(tmp_path):
    """Two writers look for a name before either has it."""
    one, two = (ShardWriter(tmp_path, 'float16', 5, prefix=p) for p in 'xy')
    two._number = one._number = 6
    add(one, 'a')
    add(two, 'b')
    two.prefix = 'x'
    one.close()
    two.close()
    check(tmp_path, 'ab')


@pytest.mark.parametrize('prefix', ['.hidden', '../x', 'a/b', 'a\0'])
def test_prefixes_that_are_refused(tmp_path, prefix):
    with pytest.raises(InputError, match='expected the start of a file name'):
        ShardWriter(tmp_path, 'float16', 5, prefix=prefix)


@pytest.mark.parametrize('prefix', ['[ab]*?', 'host-1234-', 'a.b ', 'ü'])
def test_prefixes_with_any_other_letters(tmp_path, prefix):
    for name in 'ab':
        pack(tmp_path, {name: FRAMES[name]}, prefix=prefix)
    check(tmp_path, 'ab')
    assert (tmp_path / f'{prefix}00001.bin').exists()


def age(path, seconds):
    os.utime(path, (time.time() - seconds, ) * 2)


def killed_writer(folder, prefix):
    """Draft of a process that was killed."""
    script = (f'import os, signal\nimport numpy as np\n'
              'from projects_move.datasets.features.shard_writer import '
              f'ShardWriter\nw = ShardWriter({str(folder)!r}, "float16", 5, '
              f'prefix={prefix!r})\nw.add("k", np.ones((2, 5)))\n'
              'os.kill(os.getpid(), signal.SIGKILL)')
    process = subprocess.run([sys.executable, '-c', script],
                             stderr=subprocess.DEVNULL)
    assert process.returncode == -9
    return folder / f'.{prefix}shard.draft'


def test_drafts_of_dead_writers_are_deleted(tmp_path):
    dead = killed_writer(tmp_path, 'host-1-')
    young = Path(tmp_path, '.host-2-shard.draft')
    young.write_bytes(dead.read_bytes())
    index, foreign = tmp_path / '.0123456789abcdef.draft', tmp_path / '.note'
    waiting = tmp_path / '.host-3-shard.draft'
    for path in index, foreign, waiting:
        path.touch()
    for path in dead, index, foreign, waiting:
        age(path, MAX_AGE + 60)
    age(young, MAX_AGE - 600)
    with open(waiting) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        pack(tmp_path, dict(a=FRAMES['a']))
    left = {path.name for path in tmp_path.glob('.*')}
    assert left == {young.name, foreign.name, waiting.name}
    check(tmp_path, 'a')


def test_own_draft_after_a_crash_is_replaced_at_once(tmp_path):
    draft = killed_writer(tmp_path, 'host-1-')
    pack(tmp_path, dict(a=FRAMES['a']), prefix='host-1-')
    assert not draft.exists()
    check(tmp_path, 'a')


@pytest.mark.parametrize('replaced', [False, True])
def test_deleted_draft_is_an_error(tmp_path, replaced):
    """Of a process that waited for a day on another machine."""
    with pytest.raises(DraftError, match='was deleted or replaced'):
        with ShardWriter(tmp_path, 'float16', 5, prefix='1-') as writer:
            add(writer, 'ab')
            draft = tmp_path / '.1-shard.draft'
            draft.unlink()
            if replaced:
                draft.write_bytes(b'of another process')
    check(tmp_path, '')
    assert draft.exists() == replaced and not list(tmp_path.glob('1-*'))


@pytest.mark.parametrize('target', ['other', 'nothing', '.'])
def test_a_draft_is_not_written_through_a_link(tmp_path, target):
    """Nor is the file that it points to emptied."""
    other = tmp_path / 'other'
    other.write_text('of somebody else')
    store = tmp_path / 'store'
    store.mkdir()
    draft = store / '.shard.draft'
    draft.symlink_to(tmp_path / target)
    with pytest.raises(DraftError, match='.shard.draft: expected no link'):
        pack(store, dict(a=FRAMES['a']))
    assert other.read_text() == 'of somebody else'
    assert not (tmp_path / 'nothing').exists() and draft.is_symlink()


def test_a_draft_is_a_new_file(tmp_path):
    """A file that has two names is not emptied."""
    other = tmp_path / 'other'
    other.write_text('of somebody else')
    store = tmp_path / 'store'
    store.mkdir()
    os.link(other, store / '.shard.draft')
    pack(store, dict(a=FRAMES['a']))
    assert other.read_text() == 'of somebody else'
    check(store, 'a')
