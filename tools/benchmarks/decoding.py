"""Reading of frames of H.264 videos in mp4: opening, decoding, RGB.

The videos are a moving texture, with a key frame every 12 and every 250
frames. Both readers use one thread.
"""
import argparse
import tempfile
from functools import partial
from pathlib import Path
from typing import List

import av
import decord
import numpy as np

from projects_move.datasets.videos.video_reader import VideoReader
from .arguments import Sizes
from .harness import Case
from .report import measure

SIZES = ((320, 240), (640, 352))  # decord misreads other widths than 32 n
COUNTS = (8, 150)


def run(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sets = {
            f'{size[0]}x{size[1]}, key frame every {gop}':
            [write_video(Path(folder), size, gop, args.stored_frames)]
            for size in SIZES
            for gop in (12, 250)
        }
        if args.videos:
            sets[f'{len(args.videos)} given videos'] = list(
                map(str, args.videos))
        cases = [
            Case(
                f'{count} frames of {name}',
                dict(
                    decord=partial(read_by_decord, paths, count),
                    ours=partial(read_by_us, paths, count)), len(paths))
            for name, paths in sets.items() for count in COUNTS
        ]
        settings = dict(
            vars(Sizes.from_args(args)), stored_frames=args.stored_frames)
        measure(args, cases, {}, settings)


def write_video(folder: Path, size, gop: int, num_frames: int) -> str:
    """Video of a texture that moves, with noise."""
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


def read_by_decord(paths: List[str], count: int) -> None:
    for path in paths:
        reader = decord.VideoReader(path, num_threads=1)
        reader.get_batch(uniform(len(reader), count)).asnumpy()


def read_by_us(paths: List[str], count: int) -> None:
    for path in paths:
        reader = VideoReader(path)
        reader.read(uniform(len(reader), count))


def uniform(total: int, count: int) -> np.ndarray:
    return np.linspace(0, total - 1, count).astype(int)
