"""The video stream of an open file, packet by packet."""
import io
import os
from typing import Iterator, Optional, Union

import av
from av.stream import Disposition

from projects_move.errors import InputError, MissingInputError

# codecs of covers and previews
PICTURES = {'mjpeg', 'png', 'bmp', 'webp', 'tiff'}
# before PyAV 19, metadata that is not UTF-8 is an error
METADATA = {} if int(av.__version__.split('.')[0]) >= 19 else {
    'metadata_errors': 'replace'
}
# demuxers of files that only refer to other files
PLAYLISTS = {'hls', 'concat', 'dash', 'sdp', 'imf', 'lmlm4'}
# their demuxers open the other files, which may be FIFOs, before they return
PLAYLIST_HEADS = (b'ffconcat', b'#EXTM3U', b'<')


class VideoStream:
    """Demuxer and decoder of the video of a file.

    Of several video streams it takes one that is no series of pictures (such
    as a preview), then one that is marked as default, then the largest. A
    cover picture is no video.
    One thread decodes. A file never opens another file or address.

    Args:
        path: Path of the file, also the name in errors.
        content: Content of the file, if it is not on disk.

    Attributes:
        num_empty: Number of empty packets that were left out; they stand for
            frames that a recorder dropped.

    Raises:
        InputError: For a file that cannot be opened or has no video that can
            be decoded, with the file and the codec.
    """

    def __init__(self, path: str, content: Optional[bytes] = None) -> None:
        self.path = path
        self.num_empty = 0
        source = _regular_file(path) if content is None else io.BytesIO(
            content)
        _refuse_playlist(path, content)
        self._container = _open(path, source)
        try:
            self._stream = _choose_stream(path, self._container)
            self.context = self._stream.codec_context
            self.codec = self.context.name
            self.context.thread_count = 1
            self.context.thread_type = 'NONE'
            self.time_base = self._stream.time_base
        except BaseException:
            self.close()
            raise

    @property
    def format(self) -> str:
        """Names of the container format, separated by commas."""
        return self._container.format.name

    @property
    def num_frames(self) -> int:
        """Number of frames in the header; 0 if it has none."""
        return self._stream.frames

    @property
    def average_rate(self) -> float:
        """Frames per second in the header; 0 if it has none."""
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(rate or 0)

    @property
    def duration(self) -> Optional[float]:
        """Seconds of the file in the header, if it has them."""
        duration = self._container.duration
        return None if duration is None else duration / av.time_base

    def packet_end(self) -> float:
        """Seconds at which the last packet of any stream ends; reads all."""
        end = 0.
        for packet in self._container.demux():
            time = packet.dts if packet.pts is None else packet.pts
            if time is not None and packet.time_base:
                ticks = time + (packet.duration or 0)
                end = max(end, float(ticks * packet.time_base))
        return end

    def packets(self) -> Iterator[av.Packet]:
        """The packets of the stream in the order of the file; only once.

        Raises:
            InputError: For a file that ends within a packet or breaks off.
        """
        number = 0
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    yield packet
                    number += 1
                elif packet.dts is not None:
                    self.num_empty += 1
        except av.FFmpegError as error:
            raise InputError(
                f'video file {self.path} ({self.codec}) is truncated or '
                f'damaged after {number} packets: {reason(error)}') from error

    def close(self) -> None:
        """Close the file, which the garbage collector would do later."""
        self._container.close()


def reason(error: Exception) -> str:
    """Short text of an error of ffmpeg, without number and file."""
    text = getattr(error, 'strerror', None) or str(error)
    return text.strip() or type(error).__name__


def _regular_file(path: str) -> str:
    """Address of a file for ffmpeg, which takes ``a:b.mp4`` for a protocol."""
    if not os.path.isfile(path):  # a pipe would block
        if os.path.exists(path):
            raise InputError(f'{path} is not a regular file')
        raise MissingInputError(f'no video file {path}')
    if os.path.getsize(path) == 0:
        raise InputError(f'video file {path} is empty')
    return f'file:{path}'


def _refuse_playlist(path: str, content: Optional[bytes]) -> None:
    head = content
    if head is None:
        try:
            with open(path, 'rb') as file:
                head = file.read(64)
        except OSError as error:
            raise InputError(f'video file {path} cannot be opened: '
                             f'{reason(error)}') from error
    if head.removeprefix(b'\xef\xbb\xbf').startswith(PLAYLIST_HEADS):
        raise InputError(f'{path} is not a video but a list of other files')


def _open(path: str, source: Union[str, io.BytesIO]):
    try:
        container = av.open(
            source,
            # `options` crashes on .flv before PyAV 17.1
            container_options=dict(protocol_whitelist='file'),
            **METADATA)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise InputError(f'video file {path} cannot be opened: '
                         f'{reason(error)}') from error
    if PLAYLISTS & set(container.format.name.split(',')):
        container.close()
        raise InputError(f'{path} is not a video but a list of other files '
                         f'({container.format.name})')
    return container


def _choose_stream(path: str, container):
    videos = [
        stream for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if not videos:
        kinds = [
            f'{stream.type} ({_codec_name(stream)})'
            for stream in container.streams
        ]
        raise InputError(f'video file {path} has no video stream, only '
                         f'{", ".join(kinds) or "an empty container"}')
    decodable = [stream for stream in videos if stream.codec_context]
    if not decodable:
        raise InputError(f'video file {path}: this build of ffmpeg has no '
                         f'decoder of its codec {_codec_name(videos[0])}')
    return max(
        decodable,
        key=lambda stream: (_codec_name(stream) not in PICTURES,
                            bool(stream.disposition & Disposition.default),
                            stream.width * stream.height, -stream.index))


def _codec_name(stream) -> str:
    """Name of the codec, or its tag if it is unknown."""
    context = stream.codec_context
    if context is not None:
        return context.name
    return getattr(stream, 'codec_tag', '').strip('\0') or 'unknown'
