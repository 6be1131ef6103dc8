"""Numbers of the frames of a stream, found without decoding it."""
from typing import List, NamedTuple, Optional, Tuple

import av
import numpy as np

from .nal_units import CRA, IDR, RASL, PacketHeaders, UnsupportedStream


class FrameTable(NamedTuple):
    """Frames of a stream, and the packets at which decoding may start.

    Attributes:
        times: Time stamp of each frame in units of the stream, which ascend,
            int64 ``(T,)``.
        entries: Index of each packet to start at, ascending, int64 ``(E,)``.
        first_frames: Number of the first frame that a decoder returns after
            it starts at each entry, int64 ``(E,)``.
    """
    times: np.ndarray
    entries: np.ndarray
    first_frames: np.ndarray

    def entry(self, frame: int) -> Tuple[int, int]:
        """Packet to start at for a frame, and the frame that comes first."""
        entry = np.searchsorted(self.first_frames, frame, 'right') - 1
        return int(self.entries[entry]), int(self.first_frames[entry])


class FrameTableBuilder:
    """Builds the table of a stream from its packets.

    The table is the one of a decoder that gets all packets, by the standards
    of H.264 and HEVC: each packet is one frame, no frame before an IDR picture
    is shown after one behind it, and only the leading pictures of a CRA
    picture need frames before it. A packet that an edit list hides is decoded
    and not shown. Any other stream has no table.
    """

    def __init__(self, codec: str, extradata: Optional[bytes]) -> None:
        self._headers: Optional[PacketHeaders] = None
        try:
            self._headers = PacketHeaders(codec, extradata or b'')
        except UnsupportedStream:
            pass
        self._kinds: List[str] = []
        self._times: List[int] = []
        self._hidden: List[bool] = []

    @property
    def is_possible(self) -> bool:
        """Whether the packets so far may have a table."""
        return self._headers is not None

    def add(self, packet: av.Packet) -> None:
        """Take the next packet in the order of the file."""
        if self._headers is None:
            return
        try:
            if packet.pts is None or packet.is_corrupt or \
                    self._kinds and _changes_parameters(packet):
                raise UnsupportedStream('time stamps or parameters')
            self._kinds.append(self._headers.kind(bytes(packet)))
        except UnsupportedStream:
            self._headers = None
            return
        self._times.append(packet.pts)
        self._hidden.append(packet.is_discard)

    def build(self) -> Optional[FrameTable]:
        """The table; None if there is none."""
        if self._headers is None or not self._times:
            return None
        times = np.array(self._times, np.int64)
        shown = ~np.array(self._hidden)
        frame_times = np.sort(times[shown])
        if not len(frame_times) or (np.diff(frame_times) == 0).any():
            return None
        # last time before each packet and first time from it on
        limits = np.iinfo(np.int64)
        before = np.maximum.accumulate(np.where(shown, times, limits.min))
        before = np.concatenate([[limits.min], before[:-1]])
        after = np.where(shown, times, limits.max)
        after = np.minimum.accumulate(after[::-1])[::-1]
        kinds = np.array(self._kinds)
        entries = []
        for i in np.flatnonzero(kinds == IDR):
            if before[i] >= after[i]:
                return None  # the time stamps contradict the headers
            entries.append((i, np.count_nonzero(shown[:i])))
        for i in np.flatnonzero((kinds == CRA) & shown):
            leading = np.flatnonzero(times[i + 1:] < times[i]) + i + 1
            if before[i] < times[i] and (kinds[leading] == RASL).all():
                entries.append((i, np.searchsorted(frame_times, times[i])))
        packets, first_frames = np.array(sorted(entries), np.int64).T
        return FrameTable(frame_times, packets, first_frames)


def _changes_parameters(packet: av.Packet) -> bool:
    """Whether the header of the stream changes at a packet."""
    has_sidedata = getattr(packet, 'has_sidedata', None)  # from av 16 on
    return has_sidedata is not None and has_sidedata('new_extradata')
