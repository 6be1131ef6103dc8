"""Frame tables: where decoding may start, and streams without a table."""
import av
import numpy as np
import pytest

from projects_move.datasets.videos.frame_table import FrameTableBuilder
from projects_move.datasets.videos.nal_units import (PacketHeaders,
                                                     UnsupportedStream)
from projects_move.datasets.videos.video_reader import VideoReader
from tests.datasets.videos.encoding import (cut, encode, number_of,
                                            sequential_numbers)

X265 = 'log-level=none:keyint=12:min-keyint=12:scenecut=0:bframes=3'


def table_of(path):
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        context = stream.codec_context
        builder = FrameTableBuilder(context.name, context.extradata)
        for packet in file.demux(stream):
            if packet.size:
                builder.add(packet)
        return builder.build()


@pytest.mark.parametrize('codec, options, entries', [
    ('libx264', dict(x264_params='scenecut=0'), [0, 12, 24, 36]),
    ('libx264', dict(x264_params='scenecut=0:open-gop=1', b_frames=3), [0]),
    ('libx264', dict(x264_params='scenecut=0:intra-refresh=1'), [0]),
    ('libx265', dict(x265_params=X265 + ':open-gop=0'), [0, 12, 24, 36]),
])
def test_entries(tmp_path, codec, options, entries):
    """H.264 has IDR pictures only; they are frames of closed groups."""
    table = table_of(encode(tmp_path / 'a.mp4', codec, 40, **options))
    assert table.first_frames.tolist() == entries
    assert table.entries.tolist() == entries
    assert len(table.times) == 40 and (np.diff(table.times) > 0).all()
    assert table.entry(11) == (0, 0)
    assert table.entry(39) == (entries[-1], entries[-1])


def test_entries_of_open_groups(tmp_path):
    """A CRA picture comes after its leading pictures; frames before it are
    decoded from the group before."""
    path = encode(
        tmp_path / 'a.mp4', 'libx265', 40, x265_params=X265 + ':open-gop=1')
    table = table_of(path)
    assert len(table.entries) > 2
    assert (table.entries[1:] < table.first_frames[1:]).any()
    reader = VideoReader(str(path))
    for first in table.first_frames:
        for number in (first - 1, first, first + 1):
            if 0 <= number < 40:
                image, = reader.read([number])
                assert number_of(image) == number


@pytest.mark.parametrize('codec, suffix, options', [
    ('libx264', 'ts', {}),
    ('libx264', 'mp4', dict(x264_params='interlaced=1')),
    ('mpeg4', 'mp4', {}),
    ('libvpx', 'webm', {}),
])
def test_streams_without_a_table(tmp_path, codec, suffix, options):
    assert table_of(encode(tmp_path / f'a.{suffix}', codec, 4,
                           **options)) is None


def test_cut_at_a_leading_picture_has_no_table(tmp_path):
    source = encode(
        tmp_path / 'a.mp4', 'libx265', 40, x265_params=X265 + ':open-gop=1')
    entry = int(table_of(source).entries[1])
    path = cut(source, tmp_path / 'b.mkv', entry, entry)
    assert table_of(path) is None
    assert len(sequential_numbers(path)) < 40 - entry


def test_only_the_needed_packets_are_decoded(tmp_path, monkeypatch):
    """Two frames of two groups need their groups, and later frames continue
    where the reader is."""
    path = encode(tmp_path / 'a.mp4', 'libx264', 40, x264_params='scenecut=0')
    reader = VideoReader(str(path))
    decoded = []
    decode = reader._decoder.decode

    def count(first_packet):
        for each in decode(first_packet):
            decoded.append(each)
            yield each

    monkeypatch.setattr(reader._decoder, 'decode', count)
    reader.read([13, 25])
    assert 4 <= len(decoded) <= 8
    del decoded[:]
    reader.read([27])
    reader.read([27, 28])
    assert len(decoded) <= 4


def with_time_stamps(source, path, change):
    """Copy of a file with other time stamps."""
    with av.open(str(source)) as read, av.open(str(path), 'w') as write:
        stream = read.streams.video[0]
        copy = write.add_stream_from_template(stream)
        for packet in read.demux(stream):
            if packet.size:
                change(packet)
                packet.stream = copy
                write.mux(packet)
    return path


def swap(packet):
    packet.pts = packet.dts


@pytest.mark.parametrize('suffix', ['mp4', 'mkv'])
def test_wrong_time_stamps(tmp_path, suffix):
    """Of frames in another order than their time stamps, the order counts."""
    source = encode(tmp_path / 'a.mp4', 'libx264', 40, b_frames=3, bf=3)
    path = with_time_stamps(source, tmp_path / f'b.{suffix}', swap)
    expected = sequential_numbers(path)
    reader = VideoReader(str(path))
    try:
        images = reader.read(range(len(reader)))
    except ValueError as error:  # frames that the decoder leaves out
        assert f'b.{suffix} (h264) is damaged' in str(error)
        assert len(reader) != len(expected)
    else:
        assert [number_of(image) for image in images] == expected


@pytest.mark.parametrize('codec, extradata', [
    ('vp9', b'\1' * 40),
    ('h264', b''),
    ('h264', b'\0\0\0\1\x67'),
    ('h264', b'\1'),
    ('h264', b'\1\x64\0\x1f\xff\xe1\0\x20\x67'),
    ('hevc', b'\1' * 23),
])
def test_other_headers_are_not_supported(codec, extradata):
    with pytest.raises(UnsupportedStream):
        PacketHeaders(codec, extradata)


@pytest.mark.parametrize('codec', ['libx264', 'libx265'])
def test_changed_packets_are_refused_or_read(tmp_path, codec):
    """No change of a header leads to another error."""
    options = dict(x265_params=X265) if codec == 'libx265' else {}
    path = encode(tmp_path / 'a.mp4', codec, 3, **options)
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        context = stream.codec_context
        name, extradata = context.name, context.extradata
        packets = [bytes(each) for each in file.demux(stream) if each.size]
    random = np.random.default_rng(0)
    for _ in range(300):
        data = [bytearray(extradata), *map(bytearray, packets)]
        for part in data:
            if random.random() < .5:
                part[random.integers(min(len(part), 40))] ^= 1 << \
                    random.integers(8)
            if random.random() < .1:
                del part[random.integers(len(part)):]
        try:
            headers = PacketHeaders(name, bytes(data[0]))
            for packet in data[1:]:
                headers.kind(bytes(packet))
        except UnsupportedStream:
            pass
