"""Videos are checked with decord and, without it, with OpenCV."""
import sys

import pytest

from projects_move.datasets.checking import video_problem
from tests.hostile_videos import write_video


@pytest.fixture(params=['decord', 'opencv'], autouse=True)
def reader(request, monkeypatch):
    if request.param == 'opencv':
        monkeypatch.setitem(sys.modules, 'decord', None)
    else:
        pytest.importorskip('decord')


@pytest.fixture
def video(tmp_path):
    write_video(tmp_path / 'a.avi', 40, 'MJPG')
    return tmp_path / 'a.avi'


def test_intact_video(video):
    assert video_problem(str(video)) == ''


@pytest.mark.parametrize('keep', [.05, .4, .8])
def test_truncated_video(video, keep):
    content = video.read_bytes()
    video.write_bytes(content[:int(keep * len(content))])
    assert str(video) in video_problem(str(video))


@pytest.mark.parametrize('content', [b'', b'no video'])
def test_faulty_file(tmp_path, content):
    path = tmp_path / 'a.mp4'
    path.write_bytes(content)
    assert str(path) in video_problem(str(path))
