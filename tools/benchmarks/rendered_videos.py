"""Videos of a texture that moves, with noise, in H.264."""
from pathlib import Path

import av
import numpy as np


def write_video(folder: Path, size, gop: int, num_frames: int) -> str:
    """Write a video and return its path.

    Args:
        size: Width and height.
        gop: Number of frames from one key frame to the next.
    """
    rng = np.random.default_rng(0)
    width, height = size
    texture = rng.integers(
        0, 256, (height // 8 + 40, width // 8 + 40, 3), dtype=np.uint8)
    texture = texture.repeat(8, 0).repeat(8, 1)
    noise = rng.integers(0, 12, (height, width, 1), dtype=np.uint8)
    path = str(folder / f'{width}_{gop}.mp4')
    with av.open(path, 'w') as file:
        stream = file.add_stream('libx264', rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.gop_size = gop
        for i in range(num_frames):
            left = int(150 + 140 * np.sin(i / 40))
            top = int(150 + 140 * np.cos(i / 33))
            image = texture[top:top + height, left:left + width] // 2 + \
                np.roll(noise, 37 * i)
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(image), 'rgb24')
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path
