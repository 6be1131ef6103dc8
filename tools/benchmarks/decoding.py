"""Reading of frames of H.264 videos in mp4: opening, decoding, RGB.

The videos are a moving texture, with a key frame every 12 and every 250
frames. Both readers use one thread.
"""
import argparse
import tempfile
from functools import partial
from pathlib import Path
from typing import List

import decord
import numpy as np

from projects_move.datasets.videos.video_reader import VideoReader
from .arguments import Sizes
from .harness import Case
from .rendered_videos import write_video
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
