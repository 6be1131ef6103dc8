import pytest

from projects_move.file_io import atomic_write


def test_a_failure_leaves_the_old_file(tmp_path):
    (tmp_path / 'a').write_text('old')
    with pytest.raises(KeyError):
        with atomic_write(tmp_path / 'a') as draft:
            draft.write_text('ne')
            raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ['a']
    assert (tmp_path / 'a').read_text() == 'old'
