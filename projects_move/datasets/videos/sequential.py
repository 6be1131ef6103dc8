"""Sequential decode of a whole video."""
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

import av

from projects_move.errors import InputError
from .packet_decoder import DecodedPacket, PacketDecoder
from .video_stream import VideoStream, reason

FRAME_MEMORY = 64 << 20  # bytes of decoded frames that are kept in memory


class SequentialDecode(NamedTuple):
    """Result of decoding a whole video.

    Attributes:
        times: Time stamp of each frame in units of the stream, None for a
            frame without.
        size: Width and height of the first frame.
        starts_with_key: Whether the first frame is a key frame.
        kept: All frames by number; empty if they need more than
            ``FRAME_MEMORY``.
        damaged_from: Number of the first frame that damage may have changed;
            None if the decoder found none. Packets with errors before the
            first frame, as at the start of a cut, or behind the last one are
            no damage of a frame.
        problem: Last error of the decoder behind the first frame; empty if
            there is none.
        num_packets: Number of packets.
        ends_within_packet: Whether the last packet is incomplete or cannot be
            decoded.
    """
    times: List[Optional[int]]
    size: Tuple[int, int]
    starts_with_key: bool
    kept: Dict[int, av.VideoFrame]
    damaged_from: Optional[int]
    problem: str
    num_packets: int
    ends_within_packet: bool


def decode_all(decoder: PacketDecoder,
               max_frames: Optional[int] = None,
               new_messages: Callable[[],
                                      List[str]] = list) -> SequentialDecode:
    """Decode a video from its start, as ffmpeg shows it.

    Args:
        max_frames: Number of frames after which to stop.
        new_messages: Function that returns new messages about damage; see
            :func:`~projects_move.datasets.videos.decoder_log.damage_log`.

    Raises:
        InputError: For a video without frames, and for a file that breaks off.
    """
    times: List[Optional[int]] = []
    frames = _FrameCache()
    damage = _Damage()
    first = error = None
    num_packets = 0
    for packet in decoder.decode():
        num_packets += not packet.is_last
        error = packet.error or error
        damage.add(packet, len(times), new_messages())
        for frame in packet.frames:
            first = first or frame
            frames.add(len(times), frame)
            times.append(frame.pts)
        if max_frames is not None and len(times) >= max_frames:
            break
    if first is None:
        stream = decoder.stream
        raise InputError(f'video file {stream.path} ({stream.codec}) has no '
                         'frames that can be decoded' +
                         (f': {reason(error)}' if error else ''))
    return SequentialDecode(times, (first.width, first.height),
                            bool(first.key_frame), frames.kept,
                            damage.first_frame, damage.problem, num_packets,
                            damage.is_at_end)


def truncation(stream: VideoStream, decoded: SequentialDecode) -> str:
    """What shows that the end of a file is missing; empty if nothing does.

    A header may have a wrong number of frames, and a recording may end within
    a packet; both together are a truncated file.
    """
    found, claimed = decoded.num_packets + stream.num_empty, stream.num_frames
    if not decoded.ends_within_packet or claimed < found:
        return ''
    return (f'its header has {claimed} frames, the file ends within packet '
            f'{found}')


class _FrameCache:
    """All frames of a video by number, or none if they are too large."""

    def __init__(self) -> None:
        self.kept: Dict[int, av.VideoFrame] = {}
        self._size = 0

    def add(self, number: int, frame: av.VideoFrame) -> None:
        self._size += sum(plane.buffer_size for plane in frame.planes)
        if self._size <= FRAME_MEMORY:
            self.kept[number] = frame
        else:
            self.kept.clear()


class _Damage:
    """First frame of a video that damage may have changed."""

    def __init__(self) -> None:
        self.first_frame: Optional[int] = None
        self.problem = ''
        self.is_at_end = False
        self._has_clean_frame = False
        self._faulty_from: Optional[int] = None  # number before faulty packets

    def add(self, packet: DecodedPacket, number: int,
            messages: List[str]) -> None:
        """Take the next packet, whose first frame has a number."""
        is_faulty = packet.error is not None or bool(messages)
        if self._has_clean_frame and is_faulty:
            if packet.error is not None:
                messages = [reason(packet.error), *messages]
            self.problem = messages[0] if messages else self.problem
            if self._faulty_from is None:
                self._faulty_from = number
        if not packet.is_last:
            # joined transport streams have such packets within, too
            self.is_at_end = is_faulty or packet.is_corrupt
            # frames of the last packets alone are no frames behind damage
            if self._faulty_from is not None and not is_faulty:
                self._set(self._faulty_from)
        for frame in packet.frames:
            if not frame.is_corrupt:
                self._has_clean_frame = True
            elif self._has_clean_frame:
                self._set(number)
            number += 1

    def _set(self, number: int) -> None:
        if self.first_frame is None:
            self.first_frame = number
