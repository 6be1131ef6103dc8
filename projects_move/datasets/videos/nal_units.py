"""Headers of H.264 and HEVC packets: which pictures need nothing before them.

The packets of mp4, mov, mkv and flv are read, whose units have their size in
front. The headers show whether each packet is exactly one frame and whether
decoding may start at it; nothing else is parsed.
"""
from typing import Iterator, List, Tuple

IDR, CRA, RASL, OTHER = 'idr', 'cra', 'rasl', 'other'


class UnsupportedStream(Exception):
    """Stream whose frames cannot be counted from its headers."""


class PacketHeaders:
    """Kind of each packet of a stream.

    Args:
        codec: ``'h264'`` or ``'hevc'``.
        extradata: Parameter sets in the header of the file (``avcC`` or
            ``hvcC``).

    Raises:
        UnsupportedStream: For another codec or other headers.
    """

    def __init__(self, codec: str, extradata: bytes) -> None:
        if codec not in ('h264', 'hevc') or not extradata or extradata[0] != 1:
            raise UnsupportedStream(codec)
        self._is_first = True
        try:
            if codec == 'h264':
                self._kind, self._is_parameter = _h264_kind, {7, 8, 13, 15}
                self._type = _h264_type
                self._size_bytes = (extradata[4] & 3) + 1
                units = _avcc_units(extradata)
            else:
                self._kind, self._is_parameter = _hevc_kind, {32, 33, 34}
                self._type = _hevc_type
                self._size_bytes = (extradata[21] & 3) + 1
                units = _hvcc_units(extradata)
            self._parameters = set()
            for unit in units:
                self._add_parameters(unit)
        except IndexError:
            raise UnsupportedStream('short header') from None

    def kind(self, packet: bytes) -> str:
        """``IDR``, ``CRA`` (a picture that only pictures shown before it may
        need more than it), ``RASL`` (a picture that is lost if decoding
        starts at the CRA before it) or ``OTHER``.

        Raises:
            UnsupportedStream: For a packet that is not exactly one frame, and
                for parameters that change within the stream.
        """
        slices = []
        for unit in _split(packet, self._size_bytes):
            kind = self._type(unit)
            if kind in self._is_parameter:
                if self._is_first:
                    self._add_parameters(unit)
                elif unit not in self._parameters:
                    raise UnsupportedStream('parameters change')
            elif kind is not None:
                slices.append(unit)
        kind = self._kind(slices, self._is_first)
        self._is_first = False
        return kind

    def _add_parameters(self, unit: bytes) -> None:
        self._parameters.add(unit)
        if self._type is _h264_type:
            if unit[0] & 31 in (7, 15):
                _check_h264_sequence(unit)
        elif unit[0] >> 1 & 63 == 34:
            _check_hevc_picture_parameters(unit)


def _split(packet: bytes, size_bytes: int) -> Iterator[bytes]:
    """Units of a packet, each with its size in front."""
    position, end = 0, len(packet)
    while position < end:
        start = position + size_bytes
        position = start + int.from_bytes(packet[position:start], 'big')
        if position > end or position == start:
            raise UnsupportedStream('damaged packet')
        yield packet[start:position]


def _h264_type(unit: bytes):
    """Type of a unit; None for one that does not matter."""
    kind = unit[0] & 31
    if kind in (2, 3, 4):
        raise UnsupportedStream('data partitions')
    return kind if kind in (1, 5, 7, 8, 13, 15) else None


def _h264_kind(slices: List[bytes], is_first: bool) -> str:
    # the first bit after the header is set for the first slice of a picture
    if sum(len(unit) > 1 and unit[1] >> 7 for unit in slices) != 1:
        raise UnsupportedStream('not one picture in a packet')
    kinds = {unit[0] & 31 for unit in slices}
    if len(kinds) != 1 or is_first and kinds != {5}:
        raise UnsupportedStream('no IDR picture')
    return IDR if kinds == {5} else OTHER


def _hevc_type(unit: bytes):
    """Type of a unit; None for one that does not matter."""
    kind = unit[0] >> 1 & 63
    if len(unit) < 3 or unit[0] >> 7:
        raise UnsupportedStream('damaged unit')
    if kind in (16, 17, 18, 36, 37):
        raise UnsupportedStream('spliced stream')
    has_layer = unit[0] & 1 or unit[1] >> 3  # not of the base layer
    return None if has_layer or 34 < kind else kind


def _hevc_kind(slices: List[bytes], is_first: bool) -> str:
    if sum(unit[2] >> 7 for unit in slices) != 1:
        raise UnsupportedStream('not one picture in a packet')
    kinds = {unit[0] >> 1 & 63 for unit in slices}
    kind = kinds.pop()
    if kinds or is_first and kind not in (19, 20):
        raise UnsupportedStream('no IDR picture')
    if kind in (19, 20, 21) and not is_first and slices[0][2] >> 6 & 1:
        raise UnsupportedStream('pictures before are not shown')
    if kind in (19, 20):
        return IDR
    return CRA if kind == 21 else RASL if kind in (8, 9) else OTHER


def _avcc_units(extradata: bytes) -> Iterator[bytes]:
    """Parameter sets of ``avcC``: sequences, then pictures."""
    position = 5
    for mask in (31, 255):
        if position >= len(extradata):
            return
        count, position = extradata[position] & mask, position + 1
        for _ in range(count):
            unit, position = _sized_unit(extradata, position)
            yield unit


def _hvcc_units(extradata: bytes) -> Iterator[bytes]:
    """Parameter sets of ``hvcC``, in arrays of one type each."""
    position = 23
    for _ in range(extradata[22]):
        kind = extradata[position] & 63
        count = int.from_bytes(extradata[position + 1:position + 3], 'big')
        position += 3
        for _ in range(count):
            unit, position = _sized_unit(extradata, position)
            if kind in (32, 33, 34):
                yield unit


def _sized_unit(data: bytes, position: int) -> Tuple[bytes, int]:
    """Unit after its size of two bytes, and the position after it."""
    start = position + 2
    end = start + int.from_bytes(data[position:start], 'big')
    if not start < end <= len(data):
        raise UnsupportedStream('damaged header')
    return data[start:end], end


class _Bits:
    """Reader of the bits of a unit, without its emulation prevention."""

    def __init__(self, unit: bytes, header: int) -> None:
        data = unit[header:].replace(b'\0\0\3', b'\0\0')
        self._bits = ''.join(f'{byte:08b}' for byte in data)
        self._position = 0

    def read(self, count: int) -> int:
        end = self._position + count
        if end > len(self._bits):
            raise UnsupportedStream('short parameters')
        value = int(self._bits[self._position:end] or '0', 2)
        self._position = end
        return value

    def golomb(self) -> int:
        """Exponential Golomb code, ``ue(v)``; the same number of bits is
        read for ``se(v)``."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        return (1 << zeros) - 1 + self.read(zeros)


def _check_h264_sequence(unit: bytes) -> None:
    """Refuse fields and gaps, whose packets need not be frames."""
    bits = _Bits(unit, 1)
    profile = bits.read(8)
    bits.read(16)
    bits.golomb()
    if profile in (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134):
        if bits.golomb() == 3:
            bits.read(1)
        bits.golomb()
        bits.golomb()
        bits.read(1)
        if bits.read(1):
            raise UnsupportedStream('scaling matrices are not parsed')
    bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.read(1)
        bits.golomb()
        bits.golomb()
        for _ in range(bits.golomb()):
            bits.golomb()
    bits.golomb()
    if bits.read(1):
        raise UnsupportedStream('gaps in the numbers of frames')
    bits.golomb()
    bits.golomb()
    if not bits.read(1):
        raise UnsupportedStream('fields')


def _check_hevc_picture_parameters(unit: bytes) -> None:
    """Refuse pictures that may be hidden."""
    bits = _Bits(unit, 2)
    bits.golomb()
    bits.golomb()
    bits.read(1)
    if bits.read(1):
        raise UnsupportedStream('hidden pictures')
