import pytest

from projects_move.whole_file import whole_file


def test_a_failure_leaves_the_old_file(tmp_path):
    (tmp_path / 'a').write_text('old')
    with pytest.raises(KeyError):
        with whole_file(tmp_path / 'a') as draft:
            draft.write_text('ne')
            raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ['a']
    assert (tmp_path / 'a').read_text() == 'old'
