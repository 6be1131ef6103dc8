"""Overlay of a value of each frame on a video, such as attention."""
from fractions import Fraction
from pathlib import Path
from typing import Iterable, Sequence, Union

import av
import cv2
import numpy as np

from projects_move.errors import InputError
from projects_move.file_io import atomic_write

TIME_BASE = Fraction(1, 90000)  # divides the frame rates of videos
CURVE = (0, 114, 178)  # colours of the style, RGB
CURSOR = (230, 159, 0)
MIN_WIDTH = 320


def write_overlay(path: Union[str, Path], images: Iterable[np.ndarray],
                  times: Sequence[float], values: Sequence[float]) -> None:
    """Write a video with a curve of the values below its frames. A cursor
    marks the current frame, and the border of a frame is as bright as its
    value.

    Args:
        path: An ``.mp4`` file. It is H.264 where the build of ffmpeg has an
            encoder, else MPEG-4.
        images: Frames of one size, RGB ``(H, W, 3)`` uint8. They are read one
            by one; small ones are enlarged to a width of 320.
        times: Seconds of each frame, ascending, ``(T,)``.
        values: Value of each frame, at least 0, ``(T,)``.

    Raises:
        InputError: For a name with another ending.
    """
    if Path(path).suffix.lower() != '.mp4':
        raise InputError(f'{path}: expected a name that ends in .mp4')
    values = np.asarray(values, float)
    relative = values / max(values.max(), 1e-30)
    with atomic_write(path) as draft:
        with av.open(str(draft), 'w', format='mp4') as container:
            codec = 'libx264' if 'libx264' in av.codecs_available else 'mpeg4'
            stream, last = None, -1
            for index, image in enumerate(images):
                picture = _picture(image, relative, index)
                if stream is None:
                    # the rate is a default: each frame has its own time
                    stream = container.add_stream(codec, rate=30)
                    stream.height, stream.width = picture.shape[:2]
                    stream.pix_fmt = 'yuv420p'
                    stream.codec_context.time_base = TIME_BASE
                frame = av.VideoFrame.from_ndarray(picture, format='rgb24')
                # frames of one time stamp cannot be told apart in a file
                last = max(round(times[index] / TIME_BASE), last + 1)
                frame.pts, frame.time_base = last, TIME_BASE
                container.mux(stream.encode(frame))
            container.mux(stream.encode())


def _picture(image: np.ndarray, relative: np.ndarray,
             index: int) -> np.ndarray:
    """Frame with its border, above the curve; even height and width."""
    if image.shape[1] < MIN_WIDTH:
        factor = MIN_WIDTH / image.shape[1]
        image = cv2.resize(
            image, (MIN_WIDTH, round(image.shape[0] * factor)),
            interpolation=cv2.INTER_LINEAR)
    height, width = (size - size % 2 for size in image.shape[:2])
    image = np.ascontiguousarray(image[:height, :width])
    border = max(width // 60, 3)
    color = [round(part * relative[index]) for part in CURSOR]
    cv2.rectangle(image, (border // 2, border // 2),
                  (width - 1 - border // 2, height - 1 - border // 2), color,
                  border)
    panel = np.full((max(height // 5, 40) // 2 * 2, width, 3), 255, np.uint8)
    bottom = len(panel) - 3
    places = np.arange(len(relative)) / max(len(relative) - 1, 1)
    x = np.round(places * (width - 1)).astype(np.int32)
    y = np.round(bottom - relative * (bottom - 3)).astype(np.int32)
    curve = np.stack([x, y], 1)
    area = np.concatenate([[[x[0], bottom]], curve, [[x[-1], bottom]]])
    cv2.fillPoly(panel, [area], [255 - (255 - part) // 3 for part in CURVE])
    cv2.polylines(panel, [curve], False, CURVE, 2, cv2.LINE_AA)
    at = int(x[index])
    cv2.line(panel, (at, 0), (at, len(panel) - 1), (0, 0, 0), 3)
    cv2.line(panel, (at, 0), (at, len(panel) - 1), CURSOR, 1)
    return np.concatenate([image, panel])
