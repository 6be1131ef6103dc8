"""Videos are checked with decord and, without it, with OpenCV."""
import sys

import numpy as np
import pytest

from projects_move.datasets.checking import video_problem


@pytest.fixture
def reader(request, monkeypatch):
    if request.param == 'opencv':
        monkeypatch.setitem(sys.modules, 'decord', None)
    else:
        pytest.importorskip('decord')


@pytest.fixture
def video(tmp_path):
    """40 frames of noise."""
    import cv2
    path = tmp_path / 'a.avi'
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'MJPG'), 10, (64, 64))
    for frame in np.random.default_rng(0).integers(
            0, 256, (40, 64, 64, 3), dtype=np.uint8):
        writer.write(frame)
    writer.release()
    return path


@pytest.mark.parametrize('reader', ['decord', 'opencv'], indirect=True)
def test_intact_video(video, reader):
    assert video_problem(str(video)) == ''


@pytest.mark.parametrize('reader', ['decord', 'opencv'], indirect=True)
@pytest.mark.parametrize('keep', [.05, .4, .8])
def test_truncated_video(video, reader, keep):
    content = video.read_bytes()
    video.write_bytes(content[:int(keep * len(content))])
    assert str(video) in video_problem(str(video))


@pytest.mark.parametrize('reader', ['decord', 'opencv'], indirect=True)
@pytest.mark.parametrize('content', [b'', b'no video'])
def test_faulty_file(tmp_path, reader, content):
    path = tmp_path / 'a.mp4'
    path.write_bytes(content)
    assert str(path) in video_problem(str(path))
