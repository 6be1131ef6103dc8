"""Pictures and overlay of the weights of the frames of a video."""
from pathlib import Path
from typing import Iterator, List, Optional, Sequence, Union

import numpy as np
from matplotlib.axes import Axes

from projects_move import visualization as vis
from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.datasets.transforms import VideoInit
from projects_move.datasets.videos.frame_folder import FrameFolder
from projects_move.datasets.videos.video_reader import VideoReader
from projects_move.errors import InputError
from projects_move.utils.escape import plot_label
from projects_move.visualization.attention_video import write_overlay
from .frame_weights import FrameWeights, frame_weights, listed_video

STRIP = 12  # frames of a strip
Reader = Union[VideoReader, FrameFolder]


def open_video(path: Union[str, Path]) -> Reader:
    """Reader of a video or of a folder of frames.

    Raises:
        InputError: See :class:`VideoInit`.
    """
    return VideoInit().transform(dict(filename=str(path)))['video_reader']


class FrameAxis:
    """Places of the weighted frames on the time axis of a picture.

    Features are evenly spaced in the video that they were extracted from.

    Args:
        weights: Weights of the frames.
        video: The video, if there is one.
        from_video: Whether the frames were sampled from this video; otherwise
            from features.

    Attributes:
        numbers: Number of each frame in the video, or in the features without
            video, float64 ``(T,)``.
        positions: Seconds, or ``numbers`` without them, ``(T,)``.
        xlabel: Unit of the positions.
    """

    def __init__(self, weights: FrameWeights, video: Optional[Reader],
                 from_video: bool) -> None:
        count = weights.num_frames
        self.numbers = np.arange(count, dtype=float)
        self.xlabel = 'frame of the input'
        total = count
        if weights.frames is not None:
            self.numbers = weights.frames.astype(float)
            self.xlabel = 'frame' if from_video else 'frame of the features'
            total = weights.total_frames
        if video is not None and not (from_video
                                      and weights.frames is not None):
            self.numbers *= (len(video) - 1) / max(total - 1, 1)
            self.xlabel = 'frame'
        self.positions = self.numbers
        times = None if video is None else video.frame_times
        if times is not None and times[-1] > 0:
            self.positions = np.interp(self.numbers, np.arange(len(times)),
                                       times)
            self.xlabel = 'time in s'

    def strip_numbers(self, count: int = STRIP) -> List[int]:
        """Frames of the video in the middle of each part of a strip."""
        first, last = self.numbers[0], self.numbers[-1]
        places = first + (np.arange(count) + .5) / count * (last - first)
        return places.round().astype(int).tolist()


def draw_frame_weights(weights: FrameWeights,
                       video: Optional[Reader],
                       from_video: bool,
                       out: Sequence[Path],
                       size: str = 'page',
                       title: str = '') -> None:
    """Draw attention and adjacency below frames of the video.

    Args:
        weights: Weights of the frames.
        video: The video, if there is one.
        from_video: Whether the frames were sampled from this video.
        out: Files to write.
        size: Size of the picture.
        title: Title, such as the prediction.
    """
    axis = FrameAxis(weights, video, from_video)
    images = []
    if video is not None:
        images = video.read(axis.strip_numbers())
    parts = [weights.attention, weights.adjacency]
    rows = sum(part is not None for part in parts)
    with vis.picture(out, size, rows, sharex=True) as axes:
        rest = list(axes[:, 0])
        if weights.attention is not None:
            vis.plot_attention_strip(
                rest.pop(0), weights.attention, images, title, axis.positions,
                axis.xlabel)
        if weights.adjacency is not None:
            ax = rest.pop(0)
            vis.plot_adjacency(ax, weights.adjacency, axis.positions,
                               axis.xlabel)
            if rows == 2:
                axes[0, 0].set_xlabel('')
            elif title:
                ax.set_title(f'{plot_label(title)}\n'
                             f'{ax.get_title(loc="left")}')


def draw_listed_video(ax: Axes, config: str, checkpoint: str,
                      path: str) -> None:
    """Draw the attention to a raw video whose name is in the test list of a
    config, with its labels and its prediction.

    Args:
        ax: Axes to draw on.
        config: Config file, or name of a shipped config.
        checkpoint: Checkpoint of the model.
        path: Raw video. A model of cached features takes those of the test
            list.

    Raises:
        InputError: For a faulty config or checkpoint, a model without
            attention, and a video that is not in the test list or cannot be
            decoded.
    """
    video = open_video(path)
    inferencer = LongTailInferencer(checkpoint, config)
    info, labels = listed_video(inferencer.config, Path(path).stem)
    weights = frame_weights(inferencer, info)
    if weights.attention is None:
        raise InputError(f'{config}: the model has no PSANeck')
    axis = FrameAxis(weights, video, not inferencer.takes_features)
    best = int(weights.scores.argmax())
    title = (f'{", ".join(labels)} - predicted: {inferencer.classes[best]} '
             f'({weights.scores[best]:.2f})')
    vis.plot_attention_strip(ax, weights.attention,
                             video.read(axis.strip_numbers()), title,
                             axis.positions, axis.xlabel)


def write_attention_overlay(weights: FrameWeights, video: Optional[Reader],
                            from_video: bool, path: Path) -> None:
    """Write the video with the mean attention of the heads below it.

    Between the sampled frames the attention is interpolated.

    Raises:
        InputError: Without a video or attention, and for a path that does not
            end in ``.mp4``.
    """
    if video is None:
        raise InputError('an overlay needs the video: give it with --frames')
    if weights.attention is None:
        raise InputError('an overlay shows attention, but the model has no '
                         'PSANeck')
    axis = FrameAxis(weights, video, from_video)
    numbers = np.arange(len(video))
    values = np.interp(numbers, axis.numbers, weights.attention.mean(0))
    times = video.frame_times
    if times is None or (len(times) > 1 and times[-1] <= 0):
        times = numbers / 25.  # a folder of frames has no rate
    write_overlay(path, _images(video), times, values)


def _images(video: Reader, chunk: int = 32) -> Iterator[np.ndarray]:
    for start in range(0, len(video), chunk):
        yield from video.read(range(start, min(start + chunk, len(video))))
