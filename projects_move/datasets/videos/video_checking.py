"""Checks of raw videos before training."""
import os
from typing import List, Optional

import numpy as np

from projects_move.errors import InputError
from .decoder_log import damage_log
from .frame_folder import folder_problem
from .frame_table import FrameTableBuilder
from .packet_decoder import PacketDecoder
from .sequential import SequentialDecode, decode_all
from .video_reader import frame_times
from .video_stream import VideoStream

# their decoders return nothing before the first whole frame
WHOLE_FRAMES_ONLY = ('h264', 'hevc')


def video_problem(path: str, max_frames: Optional[int] = None) -> str:
    """Problem of a raw video or a folder of frames; empty if there is none.

    The frames are decoded one after the other. The header may claim fewer
    frames than there are, or none; more than there are is a problem, as is an
    end behind the last packet.

    Args:
        max_frames: Number of frames to decode; None is all. The claims are
            compared if all are decoded.
    """
    if os.path.isdir(path):
        return folder_problem(path, max_frames)
    try:
        decoder = PacketDecoder(path)
        try:
            problems = _decoding_problems(decoder, max_frames)
            codec = decoder.stream.codec
        finally:
            decoder.close()
        if max_frames is None and not problems:
            problems = _missing_end(path)
    except InputError as error:
        return str(error)
    if not problems:
        return ''
    return f'video file {path} ({codec}): {"; ".join(problems)}'


def _decoding_problems(decoder: PacketDecoder,
                       max_frames: Optional[int]) -> List[str]:
    stream = decoder.stream
    table = FrameTableBuilder(stream.codec, stream.context.extradata)
    starts_with_key, shown = None, 0
    with damage_log(stream.format) as new_messages:
        for packet in decoder.scan():
            if starts_with_key is None:
                starts_with_key = packet.is_keyframe
            table.add(packet)
            shown += not packet.is_discard
        container_messages = new_messages()
    with damage_log(stream.codec) as new_messages:
        decoded = decode_all(decoder, max_frames, new_messages)
    total = len(decoded.times)
    error = decoded.problem and f': {decoded.problem}'
    problems = []
    if decoded.damaged_from is not None:
        problems.append(f'damaged from frame {decoded.damaged_from} of '
                        f'{total} on{error}')
    elif decoded.ends_within_packet:
        problems.append(f'the packets behind its {total} frames are '
                        f'incomplete or cannot be decoded{error}')
    elif container_messages:
        problems.append(f'damaged container: {container_messages[0]}')
    if not starts_with_key and not decoded.starts_with_key and \
            stream.codec not in WHOLE_FRAMES_ONLY:
        problems.append('no key frame at its start, so the first frames are '
                        'incomplete')
    if max_frames is None:
        problems += _false_claims(stream, decoded)
        problems += _lost_frames(stream, total, shown)
        frame_table = table.build()
        if not problems and frame_table is not None and len(
                frame_table.times) != total:
            problems.append(f'{len(frame_table.times)} frames by the headers '
                            f'of its packets, {total} can be decoded')
    return problems


def _false_claims(stream: VideoStream, decoded: SequentialDecode) -> List[str]:
    """Claims of the header that the frames contradict."""
    problems = []
    claimed = stream.num_frames
    num_packets = decoded.num_packets + stream.num_empty
    times, rate = frame_times(decoded.times, stream.time_base, 0)
    claimed_rate = stream.average_rate
    # an avi also counts frames that a camera dropped, as gaps in the times
    found = max(num_packets, round(times[-1] * claimed_rate) + 1)
    # an edit list of mov and mp4 may leave out packets that the header counts
    if 'mov' not in stream.format and claimed - found > max(2, claimed / 50):
        problems.append(f'the header claims {claimed} frames, the file has '
                        f'{num_packets}')
    gaps = np.diff(times)
    is_constant = len(gaps) > 4 and gaps.max() < 1.5 * gaps.min()
    if is_constant and claimed_rate and \
            not rate / 1.5 < claimed_rate < rate * 1.5:
        problems.append(f'the header claims {claimed_rate:.3g} frames a '
                        f'second, the time stamps {rate:.3g}')
    return problems


def _lost_frames(stream: VideoStream, total: int, shown: int) -> List[str]:
    """Problem of a mov or mp4 with fewer frames than packets that are shown.

    Two packets with one field each are one frame.
    """
    if 'mov' not in stream.format or shown - total <= 2 or \
            abs(shown - 2 * total) <= 2:
        return []
    return [f'{shown} packets are shown, {total} frames can be decoded']


def _missing_end(path: str) -> List[str]:
    """Problem of a file whose packets end before the header says."""
    stream = VideoStream(path)
    try:
        claimed, end = stream.duration, stream.packet_end()
    finally:
        stream.close()
    if claimed is None or not end or claimed - end <= max(.5, claimed / 50):
        return []
    return [
        f'the header claims {claimed:.1f} s, the file ends after {end:.1f} s'
    ]
