import pytest


@pytest.fixture
def write(tmp_path):
    """Function that writes a text file and returns its path."""

    def write(text, name='a.lst'):
        (tmp_path / name).write_text(text, encoding='utf-8')
        return tmp_path / name

    return write
