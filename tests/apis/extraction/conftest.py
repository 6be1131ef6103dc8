import pytest

from tests.apis.extraction.videos import write_videos


@pytest.fixture
def folder(tmp_path):
    write_videos(tmp_path)
    return tmp_path
