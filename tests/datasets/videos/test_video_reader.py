"""Frame n of a reader is frame n of a sequential decode, whatever the file."""
import os
import random

import numpy as np
import pytest

from projects_move.datasets.videos import packet_decoder, sequential
from projects_move.datasets.videos.video_reader import VideoReader
from tests.datasets.videos.encoding import (cut, encode, number_of, picture,
                                            sequential_numbers)

# codec, suffix and settings of each kind of file
ENCODED = {
    'h264': ('libx264', 'mp4', {}),
    'h264_b_frames': ('libx264', 'mp4', dict(b_frames=4, gop=20)),
    'h264_open_gop':
    ('libx264', 'mp4', dict(b_frames=3, x264_params='open-gop=1')),
    'h264_intra_refresh':
    ('libx264', 'mp4', dict(x264_params='intra-refresh=1')),
    'h264_slices': ('libx264', 'mkv', dict(x264_params='slices=4')),
    'h264_interlaced': ('libx264', 'mp4', dict(x264_params='interlaced=1')),
    'h264_fragments':
    ('libx264', 'mp4',
     dict(container=dict(movflags='frag_keyframe+empty_moov'))),
    'h264_444_odd': ('libx264', 'mov', dict(pixels='yuv444p', size=(131, 97))),
    'h264_10_bits': ('libx264', 'mkv', dict(pixels='yuv420p10le')),
    'h264_gray': ('libx264', 'flv', dict(pixels='gray')),
    'h264_stream': ('libx264', 'h264', dict(b_frames=2)),
    'h264_ts': ('libx264', 'ts', dict(b_frames=2)),
    'h264_avi': ('libx264', 'avi', dict(b_frames=2)),
    'hevc': ('libx265', 'mp4', dict(x265_params='log-level=none')),
    'hevc_open_gop': ('libx265', 'mkv',
                      dict(x265_params='log-level=none:keyint=12:open-gop=1:'
                           'bframes=4')),
    'hevc_ts': ('libx265', 'ts',
                dict(x265_params='log-level=none:keyint=12:open-gop=1')),
    'mpeg4': ('mpeg4', 'mp4', dict(b_frames=2)),
    'mpeg4_avi': ('mpeg4', 'avi', dict(b_frames=2)),
    'mpeg1': ('mpeg1video', 'mpg', dict(b_frames=2)),
    'mpeg2': ('mpeg2video', 'vob', dict(b_frames=2)),
    'mpeg2_ts': ('mpeg2video', 'm2ts', dict(b_frames=2)),
    'vp8': ('libvpx', 'webm', dict(auto_alt_ref=1, lag_in_frames=12)),
    'vp9': ('libvpx-vp9', 'webm', dict(auto_alt_ref=1, lag_in_frames=12)),
    'av1': ('libsvtav1', 'mp4', dict(preset=12)),
    'mjpeg': ('mjpeg', 'avi', dict(pixels='yuvj420p')),
    'gif': ('gif', 'gif', dict(pixels='rgb8')),
    'wmv2': ('wmv2', 'wmv', {}),
    'h263': ('h263', '3gp', {}),
    'flv1': ('flv', 'flv', {}),
    'prores': ('prores', 'mov', dict(pixels='yuv422p10le')),
    'ffv1': ('ffv1', 'mkv', {}),
}
NUM_FRAMES = 40


def patterns(num_frames):
    """Frame numbers as samplers ask for them, and others."""
    draw = random.Random(0)
    yield list(range(num_frames))
    for count in (8, 16, 60, 150):
        yield np.linspace(0, num_frames - 1, count).astype(int)
        yield [draw.randrange(num_frames) for _ in range(count)]
    yield sorted(draw.randrange(num_frames) for _ in range(20))
    yield [num_frames - 1, 0, num_frames // 2, num_frames // 2]
    for _ in range(8):
        start = draw.randrange(num_frames)
        yield [min(start + 2 * i, num_frames - 1) for i in range(4)]
        yield [start]


def assert_reads(path, expected):
    """All patterns, each with one reader for all and with its own."""
    reader = VideoReader(str(path))
    assert len(reader) == len(expected)
    for indices in patterns(len(expected)):
        wanted = [expected[i] for i in indices]
        for each in (reader, VideoReader(str(path))):
            assert [number_of(image) for image in each.read(indices)] == wanted
    return reader


@pytest.mark.parametrize('kind', ENCODED)
def test_every_codec_and_container(tmp_path, kind):
    codec, suffix, settings = ENCODED[kind]
    path = encode(tmp_path / f'a.{suffix}', codec, NUM_FRAMES, **settings)
    assert sequential_numbers(path) == list(range(NUM_FRAMES))
    assert_reads(path, list(range(NUM_FRAMES)))


@pytest.mark.parametrize('suffix', ['mp4', 'mov', 'mkv', 'ts', 'flv'])
@pytest.mark.parametrize('start, shown', [(12, 12), (12, 17), (5, 5), (7, 30)])
def test_cuts_without_encoding(tmp_path, suffix, start, shown):
    source = encode(tmp_path / 'all.mp4', 'libx264', NUM_FRAMES, b_frames=2)
    path = cut(source, tmp_path / f'cut.{suffix}', start, shown)
    expected = sequential_numbers(path)
    if suffix in ('mp4', 'mov') and start == 12:
        assert expected == list(range(shown, NUM_FRAMES))  # others are hidden
    assert_reads(path, expected)


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'mov'])
@pytest.mark.parametrize('codec, options', [
    ('libx264', dict(x264_params='open-gop=1', b_frames=3)),
    ('libx264', dict(x264_params='intra-refresh=1')),
    ('libx265',
     dict(x265_params='log-level=none:keyint=12:open-gop=1:bframes=4')),
    ('mpeg4', dict(b_frames=2)),
])
def test_cuts_of_open_groups(tmp_path, suffix, codec, options):
    """Leading pictures of the first group cannot be decoded."""
    source = encode(tmp_path / 'all.mkv', codec, NUM_FRAMES, **options)
    path = cut(source, tmp_path / f'cut.{suffix}', 12, 14)
    assert_reads(path, sequential_numbers(path))


@pytest.mark.parametrize('times', [
    [i + 2 * (i > 20) * (i - 20) for i in range(NUM_FRAMES)],
    [i + 50 for i in range(NUM_FRAMES)],
])
@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'ts'])
def test_other_time_stamps(tmp_path, suffix, times):
    """Variable rates and streams that start late."""
    path = encode(tmp_path / f'a.{suffix}', 'libx264', NUM_FRAMES, times=times)
    reader = assert_reads(path, list(range(NUM_FRAMES)))
    seconds = (np.array(times) - times[0]) / 25
    np.testing.assert_allclose(reader.frame_times, seconds, atol=1e-3)
    assert reader.rate == pytest.approx(39 / seconds[-1], rel=1e-3)


def test_missing_time_stamps(tmp_path):
    reader = VideoReader(
        str(encode(tmp_path / 'a.h264', 'libx264', NUM_FRAMES, b_frames=2)))
    np.testing.assert_allclose(reader.frame_times, np.arange(40) / 25)
    assert reader.rate == 25


def test_files_above_the_memory_limits(tmp_path, monkeypatch):
    """Files are read again instead."""
    monkeypatch.setattr(packet_decoder, 'PACKET_MEMORY', 100)
    monkeypatch.setattr(sequential, 'FRAME_MEMORY', 100)
    for name, codec in (('a.mp4', 'libx264'), ('b.avi', 'mpeg4')):
        path = encode(tmp_path / name, codec, NUM_FRAMES, b_frames=2)
        assert_reads(path, list(range(NUM_FRAMES)))


def test_content_that_is_not_on_disk(tmp_path):
    path = encode(tmp_path / 'a.mp4', 'libx264', 20)
    reader = VideoReader('name', path.read_bytes())
    assert [number_of(image) for image in reader.read([3, 19])] == [3, 19]


def test_repeated_frames_have_their_own_memory(tmp_path):
    """Transforms such as Flip change pictures in place."""
    reader = VideoReader(str(encode(tmp_path / 'a.mp4', 'libx264', 20)))
    first, second = reader.read([7, 7])
    expected = second.copy()
    first[:] = 0
    assert (second == expected).all()
    assert (reader.read([7])[0] == expected).all()


def test_lossless_colours(tmp_path):
    """RGB stays as it is, in frames that the reader keeps, too."""
    path = encode(tmp_path / 'a.mov', 'qtrle', 5, pixels='rgb24')
    for _ in range(2):
        for i, image in enumerate(VideoReader(str(path)).read(range(5))):
            assert (image == picture(i)).all()


def test_files_are_closed(tmp_path):
    paths = [
        encode(tmp_path / 'a.mp4', 'libx264', 20),
        encode(tmp_path / 'a.avi', 'mpeg4', 20)
    ]
    before = len(os.listdir('/proc/self/fd'))
    for path in paths * 3:
        reader = VideoReader(str(path))
        reader.read([0, 11])
        del reader
    assert len(os.listdir('/proc/self/fd')) == before


@pytest.mark.parametrize('name', [
    'i.avi', 'j.mpg', 'l.ts', 'hevc_default.mp4', 't.mp4', 'trimmed_copy.mp4',
    'vfr.mp4', 'av1.mp4', 'live.webm'
])
def test_files_that_people_have(shared, name):
    """Compared with a plain sequential decode, pixel by pixel."""
    import av
    path = str(shared / 'cases' / 'videos' / name)
    with av.open(path) as file:
        expected = [
            frame.to_ndarray(format='rgb24', interpolation='BICUBIC')
            for frame in file.decode(video=0)
        ]
    for indices in patterns(len(expected)):
        images = VideoReader(path).read(indices)
        assert all(
            (image == expected[i]).all() for i, image in zip(indices, images))
