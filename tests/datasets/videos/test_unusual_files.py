"""Rotation, covers, sizes that change, and files that are no videos."""
import os
import struct

import av
import numpy as np
import pytest

from projects_move.datasets.videos.video_reader import VideoReader
from projects_move.errors import InputError, MissingInputError
from tests.datasets.videos.encoding import (encode, number_of, picture,
                                            sequential_numbers)

# columns of the matrix of a track header, in 16.16 and 2.30 fixed point
MATRICES = {
    'quarter_turn': ((0, 1, -1, 0), lambda image: np.rot90(image, -1)),
    'half_turn': ((-1, 0, 0, -1), lambda image: np.rot90(image, 2)),
    'other_quarter_turn': ((0, -1, 1, 0), np.rot90),
    'mirror': ((-1, 0, 0, 1), lambda image: image[:, ::-1]),
    'flip': ((1, 0, 0, -1), lambda image: image[::-1]),
    'transpose': ((0, 1, 1, 0), lambda image: image.swapaxes(0, 1)),
}


def set_matrix(path, values):
    """Write the display matrix into the track header of an mp4 file."""
    content = bytearray(path.read_bytes())
    place = content.index(b'tkhd') + 4 + 40
    a, b, c, d = (int(value * 65536) for value in values)
    content[place:place + 36] = struct.pack('>9i', a, b, 0, c, d, 0, 0, 0,
                                            1 << 30)
    path.write_bytes(content)


@pytest.mark.parametrize('codec', ['libx264', 'mpeg4'])
@pytest.mark.parametrize('kind', MATRICES)
def test_pictures_are_upright(tmp_path, codec, kind):
    plain = encode(tmp_path / 'a.mp4', codec, 3)
    expected = VideoReader(str(plain)).read([1])[0]
    values, turn = MATRICES[kind]
    set_matrix(plain, values)
    image, = VideoReader(str(plain)).read([1])
    assert image.flags.c_contiguous
    assert (image == turn(expected)).all()


def test_oblique_pictures_are_refused(tmp_path):
    path = encode(tmp_path / 'a.mp4', 'libx264', 3)
    set_matrix(path, (.7, .7, -.7, .7))
    with pytest.raises(InputError, match='a.mp4 is to be shown at another an'):
        VideoReader(str(path)).read([0])


def test_other_sizes_are_scaled_to_the_first(tmp_path):
    parts = [
        encode(
            tmp_path / f'{i}.ts', 'mpeg2video', 10, size=size, first=10 * i)
        for i, size in enumerate([(128, 96), (192, 144), (128, 96)])
    ]
    path = tmp_path / 'a.ts'
    path.write_bytes(b''.join(part.read_bytes() for part in parts))
    expected = sequential_numbers(path)
    assert expected[0] == 0 and expected[-1] == 29
    images = VideoReader(str(path)).read(range(len(expected)))
    assert {image.shape for image in images} == {(96, 128, 3)}
    assert [number_of(image) for image in images] == expected


def write_streams(path, *streams):
    """Write a file of several streams: covers, videos and sounds."""
    with av.open(str(path), 'w') as file:
        outputs = []
        for kind, size in streams:
            if kind == 'sound':
                output = file.add_stream('aac', rate=8000)
            else:
                output = file.add_stream(
                    'mjpeg' if kind == 'cover' else 'mpeg4', rate=25)
                output.width, output.height = size
                output.pix_fmt = 'yuvj420p' if kind == 'cover' else 'yuv420p'
            if kind == 'cover':
                output.disposition = av.stream.Disposition.attached_pic.value
            outputs.append(output)
        for output, (kind, size) in zip(outputs, streams):
            if kind == 'sound':
                frame = av.AudioFrame.from_ndarray(
                    np.zeros((1, 1024), np.float32), 'fltp', 'mono')
                frame.sample_rate = 8000
                frames = [frame]
            else:
                count = 1 if kind == 'cover' else 5
                frames = [
                    av.VideoFrame.from_ndarray(picture(i, size), 'rgb24')
                    for i in range(count)
                ]
            for i, frame in enumerate(frames):
                frame.pts = i
                file.mux(output.encode(frame))
            file.mux(output.encode(None))
    return str(path)


@pytest.mark.parametrize('suffix', ['mp4', 'mkv'])
def test_a_cover_is_no_video(tmp_path, suffix):
    path = write_streams(tmp_path / f'a.{suffix}', ('cover', (320, 240)),
                         ('video', (128, 96)))
    reader = VideoReader(path)
    images = reader.read(range(len(reader)))
    assert [number_of(image) for image in images] == list(range(5))
    assert images[0].shape == (96, 128, 3)


def test_the_default_of_two_videos(tmp_path):
    """In mp4 the first one is the default, whatever its size."""
    path = write_streams(tmp_path / 'a.mp4', ('video', (64, 48)),
                         ('video', (128, 96)))
    assert VideoReader(path).read([0])[0].shape == (48, 64, 3)
    path = write_streams(tmp_path / 'a.mkv', ('cover', (320, 240)),
                         ('video', (64, 48)))
    assert VideoReader(path).read([0])[0].shape == (48, 64, 3)


def test_files_without_a_video(tmp_path):
    path = write_streams(tmp_path / 'a.mp4', ('sound', None))
    with pytest.raises(InputError, match=r'a.mp4 .*only audio \(aac\)'):
        VideoReader(path)
    path = write_streams(tmp_path / 'b.mp4', ('cover', (64, 48)),
                         ('sound', None))
    with pytest.raises(InputError, match='b.mp4 has no video stream'):
        VideoReader(path)


def test_files_that_are_no_media(tmp_path):
    text, empty, playlist = (tmp_path / f'{name}.mp4' for name in 'abc')
    text.write_text('not a video\n' * 9)
    empty.touch()
    playlist.write_text('#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n'
                        'http://localhost:9/a.ts\n#EXT-X-ENDLIST\n')
    pipe = tmp_path / 'd.mp4'
    os.mkfifo(pipe)
    for path in (text, empty, playlist, pipe, tmp_path):
        with pytest.raises(InputError, match=str(path)):
            VideoReader(str(path))
    with pytest.raises(MissingInputError, match='no video file .*x.mp4'):
        VideoReader(str(tmp_path / 'x.mp4'))
    with pytest.raises(InputError, match='name'):
        VideoReader('name', b'not a video')


@pytest.mark.parametrize('name', ['a:b.mp4', '%03d.mp4', 'é\udcff.mp4', "'"])
def test_names_that_ffmpeg_could_misread(tmp_path, monkeypatch, name):
    encode(tmp_path / 'x.mp4', 'libx264', 3).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert number_of(VideoReader(name).read([2])[0]) == 2


def test_numbers_beyond_the_video(tmp_path):
    reader = VideoReader(str(encode(tmp_path / 'a.mp4', 'libx264', 3)))
    for number in (3, -1):
        with pytest.raises(InputError, match='a.mp4 .* 0 to 2, got number'):
            reader.read([0, number])


def packet_places(path):
    with av.open(str(path)) as file:
        return [(packet.pos, packet.size)
                for packet in file.demux(file.streams.video[0]) if packet.size]


@pytest.mark.parametrize('codec, suffix', [('libx264', 'mp4'),
                                           ('libx264', 'mkv'),
                                           ('mpeg4', 'avi')])
def test_damaged_frames_are_refused(tmp_path, codec, suffix):
    """Frames before the damage are read, and frames behind it never wrong."""
    path = encode(tmp_path / f'a.{suffix}', codec, 40)
    place, size = packet_places(path)[20]
    content = bytearray(path.read_bytes())
    noise = np.random.default_rng(0).bytes(size - 20)
    content[place + 20:place + size] = noise
    path.write_bytes(content)
    reader = VideoReader(str(path))
    assert [number_of(image)
            for image in reader.read(range(15))] == list(range(15))
    message = rf'a.{suffix} \(.*\) is damaged from frame (19|20) of 40 on'
    with pytest.raises(InputError, match=message):
        reader.read([3, 22])
    assert number_of(reader.read([11])[0]) == 11


@pytest.mark.parametrize('keep', [.3, .6, .97])
@pytest.mark.parametrize('codec, suffix, container', [
    ('libx264', 'mp4', dict(movflags='faststart')),
    ('mjpeg', 'avi', {}),
])
def test_truncated_files_are_refused(tmp_path, codec, suffix, container, keep):
    path = encode(
        tmp_path / f'a.{suffix}',
        codec,
        40,
        pixels='yuvj420p',
        container=container)
    content = path.read_bytes()
    end = sum(packet_places(path)[-1])
    path.write_bytes(content[:int(keep * end)])
    with pytest.raises(InputError, match=f'a.{suffix}'):
        reader = VideoReader(str(path))
        reader.read(range(len(reader)))


def test_metadata_that_is_not_utf_8(tmp_path):
    path = tmp_path / 'a.mkv'
    with av.open(str(path), 'w') as file:
        file.metadata['title'] = 'a title'
        stream = file.add_stream('mpeg4', rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, 'yuv420p'
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))
        file.mux(stream.encode(frame))
        file.mux(stream.encode())
    content = path.read_bytes()
    assert b'a title' in content
    path.write_bytes(content.replace(b'a title', b'\xff' * 7))
    assert len(VideoReader(str(path))) == 1
