"""Reader of the frames of a video by their numbers."""
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import av
import numpy as np

from projects_move.errors import InputError
from .frame_table import FrameTable, FrameTableBuilder
from .packet_decoder import PacketDecoder
from .pictures import PictureConverter
from .sequential import decode_all, truncation


class _TableIsWrong(Exception):
    """The decoder returns other frames than the frame table says."""


class VideoReader:
    """Frames of a video file: frame n is frame n of a sequential decode.

    Where the headers of the packets allow a frame table, it gives the number
    of frames and the packets at which decoding may start; see
    :class:`~projects_move.datasets.videos.frame_table.FrameTable`. Each frame
    that is decoded by it must have the time stamp that it says. Otherwise the
    whole file is decoded to count its frames, and its start again to read
    frames that were not kept.

    Args:
        path: Path of the file, also the name in errors.
        content: Content of the file, if it is not on disk.

    Attributes:
        frame_times: Seconds of each frame after the first, float64 ``(T,)``;
            frame numbers divided by the average rate if the file has no time
            stamps or they do not ascend.
        rate: Average number of frames per second; 0 if unknown.

    Raises:
        InputError: For a file that cannot be opened, breaks off, or has no
            video or no frames that can be decoded.
    """

    def __init__(self, path: str, content: Optional[bytes] = None) -> None:
        self.path = path
        self._decoder = PacketDecoder(path, content)
        self.codec = self._decoder.stream.codec
        self._table: Optional[FrameTable] = None
        self._kept: Dict[int, av.VideoFrame] = {}
        self._damaged_from: Optional[int] = None
        self._decoding: Iterator[av.VideoFrame] = iter(())
        self._next = -1  # number of the next frame of _decoding, if any
        try:
            self._table = self._read_table()
            if self._table is None:
                self._set_times(self._decode_all())
            else:
                context = self._decoder.stream.context
                size = context.width, context.height
                self._converter = PictureConverter(size)
                self._set_times(self._table.times.tolist())
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return len(self.frame_times)

    def __del__(self) -> None:
        if hasattr(self, '_decoder'):
            self.close()

    def close(self) -> None:
        """Free the file and the memory, which the garbage collector would do
        later."""
        self._decoding, self._kept = iter(()), {}
        self._decoder.close()

    def read(self, indices: Sequence[int]) -> List[np.ndarray]:
        """Pictures of frames in any order and with repeats, each uint8
        ``(H, W, 3)`` RGB of its own memory.

        A call for later frames continues where the call before ended.

        Raises:
            InputError: For a number beyond the video, and for frames from the
                first damaged one on.
        """
        indices = [int(index) for index in indices]
        for index in indices:
            if not 0 <= index < len(self):
                raise InputError(f'video file {self.path} has the frames 0 to '
                                 f'{len(self) - 1}, got number {index}')
        wanted = sorted(set(indices))
        try:
            pictures = self._pictures(wanted)
        except _TableIsWrong:
            self._leave_table()
            pictures = self._pictures(wanted)
        # transforms may change pictures in place
        repeats = set()
        result = []
        for index in indices:
            picture = pictures[index]
            result.append(picture.copy() if index in repeats else picture)
            repeats.add(index)
        return result

    def _pictures(self, wanted: List[int]) -> Dict[int, np.ndarray]:
        if self._damaged_from is not None and wanted and \
                wanted[-1] >= self._damaged_from:
            raise InputError(
                f'video file {self.path} ({self.codec}) is damaged from frame '
                f'{self._damaged_from} of {len(self)} on, got frame '
                f'{wanted[-1]}')
        try:
            return {
                number: self._converter.picture(self._frame(number))
                for number in wanted
            }
        except ValueError as error:
            raise InputError(f'video file {self.path} {error}') from error

    def _frame(self, number: int) -> av.VideoFrame:
        """Decoded frame."""
        if number in self._kept:
            return self._kept[number]
        packet, first = self._table.entry(number) if self._table else (0, 0)
        if not first <= self._next <= number:
            self._decoding = _frames_from(self._decoder, packet, first,
                                          self._table)
            self._next = first
        for frame in self._decoding:
            self._next += 1
            if self._next > number:
                self._kept = {number: frame}  # may be asked for again
                return frame
        self._next = -1
        raise _TableIsWrong

    def _read_table(self) -> Optional[FrameTable]:
        stream = self._decoder.stream
        builder = FrameTableBuilder(stream.codec, stream.context.extradata)
        if not builder.is_possible:
            return None
        for packet in self._decoder.scan():
            builder.add(packet)
        return builder.build()

    def _leave_table(self) -> None:
        """Decode the whole file because its table turned out to be wrong."""
        self._table = None
        total = len(self._decode_all())
        if total != len(self):
            self._damaged_from = 0  # the numbers of frames are unknown
            raise InputError(
                f'video file {self.path} ({self.codec}) is damaged: its '
                f'headers have {len(self)} frames, {total} can be decoded')

    def _decode_all(self) -> List[Optional[int]]:
        """Time stamps of all frames; also their number and their damage."""
        self._decoding, self._next = iter(()), -1
        decoded = decode_all(self._decoder)
        problem = truncation(self._decoder.stream, decoded)
        if problem:
            raise InputError(f'video file {self.path} ({self.codec}) is '
                             f'truncated: {problem}')
        self._kept, self._damaged_from = decoded.kept, decoded.damaged_from
        self._converter = PictureConverter(decoded.size)
        return decoded.times

    def _set_times(self, times: List[Optional[int]]) -> None:
        self.frame_times, self.rate = frame_times(
            times, self._decoder.stream.time_base,
            self._decoder.stream.average_rate)


def _frames_from(decoder: PacketDecoder, packet: int, number: int,
                 table: Optional[FrameTable]) -> Iterator[av.VideoFrame]:
    """Decoded frames from a packet on, compared with the table if there is
    one.

    A function, because a generator of the reader's own would keep the reader
    and its file until the garbage collector runs.
    """
    for decoded in decoder.decode(packet):
        for frame in decoded.frames:
            if table and (frame.is_corrupt or number >= len(table.times)
                          or frame.pts != table.times[number]):
                raise _TableIsWrong
            yield frame
            number += 1
        if table and decoded.error:
            raise _TableIsWrong


def frame_times(stamps: Sequence[Optional[int]], time_base,
                average_rate: float) -> Tuple[np.ndarray, float]:
    """Seconds of each frame after the first, and frames per second.

    Args:
        stamps: Time stamps; not used if one is missing or they descend.
        time_base: Seconds of a unit of the time stamps, a fraction.
        average_rate: Frames per second in the header; 0 if unknown.

    Example:
        >>> from fractions import Fraction
        >>> frame_times([9, 10, 13], Fraction(1, 4), 0)
        (array([0.  , 0.25, 1.  ]), 2.0)
        >>> frame_times([3, None], Fraction(1, 4), 10.)
        (array([0. , 0.1]), 10.0)
    """
    if None not in stamps and stamps[-1] > stamps[0]:
        ticks = np.array(stamps, np.int64) - stamps[0]
        if (np.diff(ticks) >= 0).all():
            duration = (stamps[-1] - stamps[0]) * time_base
            return ticks * float(time_base), float(
                (len(stamps) - 1) / duration)
    numbers = np.arange(len(stamps), dtype=float)
    return numbers / average_rate if average_rate else numbers * 0, \
        average_rate
