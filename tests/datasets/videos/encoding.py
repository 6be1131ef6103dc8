"""Videos whose frames carry their number as a picture, made by PyAV."""
from pathlib import Path
from typing import List, Optional

import av
import numpy as np

SIZE = (128, 96)  # h263 takes few sizes, this is one
COLUMNS, ROWS = 4, 3  # one block for each of 12 bits


def picture(number: int, size=SIZE) -> np.ndarray:
    """Picture of a number, uint8 ``(H, W, 3)``."""
    bits = [number >> bit & 1 for bit in range(COLUMNS * ROWS)]
    blocks = np.array(bits, np.uint8).reshape(ROWS, COLUMNS) * 160 + 40
    rows = np.arange(size[1]) * ROWS // size[1]
    columns = np.arange(size[0]) * COLUMNS // size[0]
    gray = blocks[rows][:, columns]
    return np.stack([gray, gray, np.full_like(gray, 90)], -1)


def number_of(image: np.ndarray) -> int:
    """Number in a picture, also after a lossy compression."""
    height, width = image.shape[0] // ROWS, image.shape[1] // COLUMNS
    number = 0
    for bit in range(COLUMNS * ROWS):
        top, left = bit // COLUMNS * height, bit % COLUMNS * width
        block = image[top + height // 3:top + 2 * height // 3,
                      left + width // 3:left + 2 * width // 3, :2]
        number |= int(block.mean() > 120) << bit
    return number


def encode(path: Path,
           codec: str,
           num_frames: int = 40,
           gop: int = 12,
           times: Optional[List[int]] = None,
           size=SIZE,
           pixels: str = 'yuv420p',
           b_frames: int = 0,
           container: Optional[dict] = None,
           first: int = 0,
           **options) -> Path:
    """Encode frames with the numbers from ``first`` on, 25 a second, or at
    given times in 1 / 25 s."""
    with av.open(str(path), 'w', options=container or {}) as file:
        stream = file.add_stream(codec, rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = b_frames
        stream.options = {
            key.replace('_', '-'): str(value)
            for key, value in options.items()
        }
        for i in range(num_frames):
            frame = av.VideoFrame.from_ndarray(
                picture(first + i, size), 'rgb24')
            frame.pts = i if times is None else times[i]
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def cut(source: Path, path: Path, start: int, shown: int) -> Path:
    """Copy the packets from one on without encoding them again; the time of a
    frame becomes 0, and mp4 and mov hide the frames before it."""
    with av.open(str(source)) as read, av.open(str(path), 'w') as write:
        stream = read.streams.video[0]
        copy = write.add_stream_from_template(stream)
        packets = [packet for packet in read.demux(stream) if packet.size]
        zero = sorted(packet.pts for packet in packets)[shown]
        for packet in packets[start:]:
            packet.pts -= zero
            packet.dts -= zero
            packet.stream = copy
            write.mux(packet)
    return path


def sequential_numbers(path: Path) -> List[int]:
    """Numbers of the frames of a plain sequential decode."""
    numbers = []
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        stream.thread_type = 'NONE'
        for packet in file.demux(stream):
            if packet.size or packet.dts is None:
                try:
                    frames = packet.decode()
                except av.FFmpegError:
                    continue
                numbers += [
                    number_of(frame.to_ndarray(format='rgb24'))
                    for frame in frames
                ]
    return numbers
