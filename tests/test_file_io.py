import os

import pytest

from projects_move.file_io import atomic_write


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
