import multiprocessing
import os
import signal

import pytest

from projects_move.file_io import atomic_write, remove_dead_drafts


@pytest.mark.parametrize('name', ['a', 'ü' * 125])
def test_failure_leaves_the_old_file(tmp_path, name):
    """One of the names has 250 bytes, of at most 255."""
    path = tmp_path / name
    with atomic_write(path) as draft:
        draft.write_text('old')
    with pytest.raises(KeyError):
        with atomic_write(path) as draft:
            draft.write_text('ne')
            raise KeyError
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == 'old'


def test_two_writers_of_one_process(tmp_path):
    path = tmp_path / 'a'
    with atomic_write(path) as first, atomic_write(path) as second:
        first.write_text('first')
        second.write_text('second')
        assert len(os.fsencode(first.name)) == 23
    assert path.read_text() == 'first'  # it is closed last
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_are_those_of_other_files(tmp_path):
    (tmp_path / 'a').touch()
    with atomic_write(tmp_path / 'b'):
        pass
    assert (tmp_path / 'b').stat().st_mode == (tmp_path / 'a').stat().st_mode


def stay_within(path, ready):
    with atomic_write(path) as draft:
        draft.write_text('half')
        ready.set()
        signal.pause()


def test_drafts_of_killed_processes_are_swept(tmp_path):
    """Those of processes that live, and other files, are not."""
    context = multiprocessing.get_context('fork')
    writers = []
    for name in ('killed', 'alive'):
        ready = context.Event()
        writers.append(
            context.Process(target=stay_within, args=(tmp_path / name, ready)))
        writers[-1].start()
        ready.wait()
        if name == 'killed':
            writers[0].kill()
            writers[0].join()
            dead, = tmp_path.iterdir()
    try:
        (tmp_path / '.note.draft').touch()
        assert not dead.exists()  # swept by the writer that lives
        remove_dead_drafts(tmp_path)
        names = sorted(path.name for path in tmp_path.iterdir())
        assert len(names) == 2 and names[1] == '.note.draft'
    finally:
        writers[1].kill()
        writers[1].join()
    with atomic_write(tmp_path / 'alive') as draft:
        draft.write_text('all of it')
    assert sorted(path.name
                  for path in tmp_path.iterdir()) == ['.note.draft', 'alive']


def test_error_of_a_full_disk_names_the_file(tmp_path):
    with pytest.raises(OSError) as caught:
        with atomic_write(tmp_path / 'a') as draft:
            with open('/dev/full', 'w') as file:
                file.write('a')
    assert caught.value.filename == str(tmp_path / 'a')
    with pytest.raises(OSError) as caught:
        with atomic_write(tmp_path / 'a') as draft:
            raise OSError(28, 'No space left on device', str(draft))
    assert caught.value.filename == str(tmp_path / 'a')
    assert not list(tmp_path.iterdir())
