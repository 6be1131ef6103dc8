"""Pictures of decoded frames: RGB, upright and of one size."""
from typing import Optional, Tuple

import av
import numpy as np
from av.video.reformatter import VideoReformatter

# av 17 converts with several threads unless told otherwise
_ONE_THREAD = dict(threads=1) if int(av.__version__.split('.')[0]) > 16 else {}


class PictureConverter:
    """Converts the frames of one video to RGB.

    Colours are converted by swscale of ffmpeg, by the matrix and the range
    that the frame names, and by BT.601 if it names none. Frames of another
    size than the first of the video are scaled to its size, as ffmpeg does.

    Args:
        size: Width and height of the first frame.
    """

    def __init__(self, size: Tuple[int, int]) -> None:
        self.size = size
        self._scaler = VideoReformatter()

    def picture(self, frame: av.VideoFrame) -> np.ndarray:
        """Upright picture of a frame, uint8 ``(H, W, 3)``, that shares no
        memory with any other.

        Raises:
            ValueError: For a frame to be shown at another angle than a
                multiple of 90 degrees.
        """
        width, height = self.size
        rgb = self._scaler.reformat(
            frame,
            width,
            height,
            'rgb24',
            interpolation='BICUBIC',
            **_ONE_THREAD)
        plane = rgb.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        picture = rows[:height, :width * 3].reshape(height, width, 3)
        if rgb is frame:  # was RGB already, and the decoder may still need it
            picture = picture.copy()
        return upright(picture, display_matrix(frame))


def display_matrix(frame: av.VideoFrame) -> Optional[np.ndarray]:
    """Matrix ``(2, 2)`` from positions in the coded frame to positions on the
    screen, without shift and scale; None if they are the same."""
    data = frame.side_data.get('DISPLAYMATRIX')
    if data is None:
        return None
    matrix = np.frombuffer(bytes(data), np.int32).reshape(3, 3)[:2, :2]
    # the rows (a, b), (c, d) mean x' = a x + c y, y' = b x + d y
    if not matrix.any():  # ffmpeg does not turn it
        return None
    turn = matrix.T / max(np.abs(matrix).max(), 1)
    turn[np.abs(turn) < .02] = 0  # ffmpeg takes up to 1 degree for none
    return np.sign(turn).astype(int)


def upright(picture: np.ndarray, matrix: Optional[np.ndarray]) -> np.ndarray:
    """Picture turned and mirrored by a display matrix.

    Example:
        >>> quarter_turn = np.array([[0, -1], [1, 0]])  # clockwise
        >>> upright(np.array([[1, 2], [3, 4]]), quarter_turn)
        array([[3, 1],
               [4, 2]])
    """
    if matrix is None:
        return picture
    if np.abs(matrix).sum(0).tolist() != [1, 1] or \
            np.abs(matrix).sum(1).tolist() != [1, 1]:
        raise ValueError('is to be shown at another angle than a multiple of '
                         '90 degrees')
    if matrix[0, 0] == 0:  # columns become rows
        picture = picture.swapaxes(0, 1)
        down, right = matrix[1, 0], matrix[0, 1]
    else:
        down, right = matrix[1, 1], matrix[0, 0]
    return np.ascontiguousarray(picture[::down, ::right])
