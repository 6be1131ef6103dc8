"""Problems of videos, and videos that look odd but have none."""
import av
import numpy as np
import pytest

from projects_move.datasets.videos.video_checking import video_problem
from tests.datasets.videos.encoding import cut, encode


@pytest.fixture
def video(tmp_path):
    return encode(tmp_path / 'a.avi', 'mjpeg', 40, pixels='yuvj420p')


def test_intact_video(video):
    assert video_problem(str(video)) == ''


@pytest.mark.parametrize('keep', [.05, .4, .8])
@pytest.mark.parametrize('codec, suffix', [('mjpeg', 'avi'),
                                           ('libx264', 'mkv'),
                                           ('libx264', 'flv')])
def test_truncated_video(tmp_path, codec, suffix, keep):
    pixels = dict(mjpeg='yuvj420p').get(codec, 'yuv420p')
    path = encode(tmp_path / f'a.{suffix}', codec, 100, pixels=pixels)
    content = path.read_bytes()
    path.write_bytes(content[:int(keep * len(content))])
    assert str(path) in video_problem(str(path))


@pytest.mark.parametrize('content', [b'', b'no video'])
def test_faulty_file(tmp_path, content):
    path = tmp_path / 'a.mp4'
    path.write_bytes(content)
    assert str(path) in video_problem(str(path))
    assert 'no video file' in video_problem(str(tmp_path / 'b.mp4'))


@pytest.mark.parametrize('codec, suffix', [('libx264', 'mp4'),
                                           ('mpeg4', 'avi'),
                                           ('mpeg2video', 'mpg')])
def test_first_damaged_frame_is_named(tmp_path, codec, suffix):
    path = encode(tmp_path / f'a.{suffix}', codec, 40)
    with av.open(str(path)) as file:
        packets = [
            packet for packet in file.demux(file.streams.video[0])
            if packet.size
        ]
        place = packets[20].pos if suffix != 'mpg' else \
            path.stat().st_size // 2
    content = bytearray(path.read_bytes())
    content[place + 60:place + 160] = np.random.default_rng(0).bytes(100)
    path.write_bytes(content)
    problem = video_problem(str(path))
    assert f'a.{suffix} ({codec.replace("libx", "h")}): damaged from frame ' \
        in problem
    first = int(problem.split(' frame ')[1].split(' of ')[0])
    assert 18 <= first <= 22 or suffix == 'mpg'


def test_damage_behind_the_limit_is_not_seen(video):
    content = video.read_bytes()
    video.write_bytes(content[:len(content) // 2])
    assert video_problem(str(video))
    assert video_problem(str(video), max_frames=5) == ''


def test_header_with_more_frames(video):
    """``avih`` and ``strh`` of AVI hold numbers of frames."""
    content = bytearray(video.read_bytes())
    place = content.index(b'strh') + 8 + 32
    assert content[place:place + 4] == (40).to_bytes(4, 'little')
    content[place:place + 4] = (90).to_bytes(4, 'little')
    video.write_bytes(content)
    assert 'a.avi (mjpeg): the header claims 90 frames, the file has 40' in \
        video_problem(str(video))


def test_video_without_a_first_key_frame(tmp_path):
    source = encode(tmp_path / 'a.flv', 'flv', 40)
    with av.open(str(source)) as read, \
            av.open(str(tmp_path / 'b.flv'), 'w') as write:
        copy = write.add_stream_from_template(read.streams.video[0])
        for packet in [*read.demux(read.streams.video[0])][5:]:
            if packet.size:
                packet.stream = copy
                write.mux(packet)
    assert 'no key frame at its start' in video_problem(
        str(tmp_path / 'b.flv'))


@pytest.mark.parametrize('codec, suffix, settings', [
    ('libx264', 'mp4', dict(times=[i * (1 + 9 * (i > 20))
                                   for i in range(40)])),
    ('libx264', 'mkv', dict(times=[i + 75 for i in range(40)])),
    ('libx264', 'mp4', dict(x264_params='open-gop=1', b_frames=3)),
    ('libx264', 'mp4', dict(x264_params='interlaced=1')),
    ('libx264', 'h264', dict(b_frames=2)),
    ('libvpx-vp9', 'webm',
     dict(container=dict(live='1'), auto_alt_ref=1, lag_in_frames=12)),
    ('mpeg4', 'avi', dict(b_frames=2)),
    ('mpeg2video', 'm2v', dict(b_frames=2)),
])
def test_no_false_alarms(tmp_path, codec, suffix, settings):
    path = encode(tmp_path / f'a.{suffix}', codec, 40, **settings)
    assert video_problem(str(path)) == ''


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'ts'])
@pytest.mark.parametrize('options', [
    dict(b_frames=2),
    dict(b_frames=3, x264_params='open-gop=1:repeat-headers=1'),
])
def test_cuts_are_no_problem(tmp_path, suffix, options):
    source = encode(tmp_path / 'all.mp4', 'libx264', 40, **options)
    path = cut(source, tmp_path / f'cut.{suffix}', 12, 17)
    assert video_problem(str(path)) == ''


def test_files_that_people_have(shared):
    paths = [*(shared / 'cases' / 'videos').iterdir()]
    paths += (shared / 'cases').glob('*/videos/**/*.*')
    assert len(paths) > 20
    assert not list(filter(None, map(video_problem, map(str, paths))))


def test_frames_that_a_camera_dropped_are_no_problem(tmp_path):
    times = [frame * 3 // 2 for frame in range(60)]
    path = encode(
        tmp_path / 'a.avi', 'mjpeg', 60, times=times, pixels='yuvj420p')
    with av.open(str(path)) as file:
        assert file.streams.video[0].frames == 89
    assert video_problem(str(path)) == ''


def test_frames_that_the_decoder_leaves_out_are_told(tmp_path):
    path = encode(tmp_path / 'a.mp4', 'libx264', 60, gop=60)
    content = bytearray(path.read_bytes())
    start = content.index(b'mdat') + 400
    size = len(content) // 3
    content[start:start + size] = np.random.default_rng(1).bytes(size)
    path.write_bytes(content)
    assert str(path) in video_problem(str(path))
