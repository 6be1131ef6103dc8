"""Decoder of a video file that can start at any packet."""
from itertools import islice
from typing import Iterator, List, NamedTuple, Optional

import av

from .video_stream import VideoStream

PACKET_MEMORY = 64 << 20  # bytes of a file that are kept in memory


class DecodedPacket(NamedTuple):
    """Frames that a packet completed.

    Attributes:
        frames: The frames, none for a packet with an error.
        error: Error of the decoder, if there is one.
        is_corrupt: Whether the demuxer found the packet incomplete.
        is_last: Whether these are the frames at the end of the file, which
            no packet completes.
    """
    frames: List[av.VideoFrame]
    error: Optional[av.FFmpegError]
    is_corrupt: bool
    is_last: bool


class PacketDecoder:
    """Decoder of a video file that can start at any packet.

    Nothing seeks in a file, because a container may have other packets after a
    seek than without it. The packets are kept in memory, or a file above
    ``PACKET_MEMORY`` is read again from its start.

    Args:
        path: Path of the file, also the name in errors.
        content: Content of the file, if it is not on disk.
    """

    def __init__(self, path: str, content: Optional[bytes] = None) -> None:
        self._path = path
        self._content = content
        self._packets: Optional[List[av.Packet]] = None
        self._is_read = False
        self.stream = VideoStream(path, content)

    def scan(self) -> Iterator[av.Packet]:
        """All packets, which are kept from now on; only once."""
        self._is_read = True
        self._packets, size = [], 0
        for packet in self.stream.packets():
            size += packet.size
            if size > PACKET_MEMORY:
                self._packets = None
            if self._packets is not None:
                self._packets.append(packet)
            yield packet

    def decode(self, first_packet: int = 0) -> Iterator[DecodedPacket]:
        """Decoded packets from one on; ends a decoding before.

        Raises:
            InputError: For a file that breaks off.
        """
        if self._packets is not None:
            self.stream.context.flush_buffers()
            packets = iter(self._packets)
        else:
            if self._is_read:
                self.stream.close()
                self.stream = VideoStream(self._path, self._content)
            self._is_read = True
            packets = self.stream.packets()
        context = self.stream.context
        for packet in islice(packets, first_packet, None):
            yield _decode(context, packet)
        yield _decode(context, None)

    def close(self) -> None:
        """Free the file and the memory."""
        self._packets = None
        self.stream.close()


def _decode(context: av.CodecContext,
            packet: Optional[av.Packet]) -> DecodedPacket:
    frames, problem = [], None
    try:
        frames = context.decode(packet)
    except av.FFmpegError as error:
        problem = error
    is_last = packet is None
    return DecodedPacket(frames, problem, not is_last and packet.is_corrupt,
                         is_last)
