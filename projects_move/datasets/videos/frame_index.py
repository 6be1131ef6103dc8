"""Selection of frames, the same for features and raw videos."""
from typing import Optional

import numpy as np

RANDOM_MODES = ('random', 'random_segments')
MODES = ('uniform', *RANDOM_MODES, 'segments', 'all')
TIME_TOLERANCE = 1e-3  # seconds; mkv and flv round to milliseconds


def draw_positions(num_frames: int,
                   *batch: int,
                   mode: str = 'random') -> np.ndarray:
    """Random positions for :func:`frame_indices`, ``(*batch, T)`` in [0, 1).

    Random numbers come from numpy's global generator, which MMEngine seeds in
    every worker. A call for a batch draws the same numbers as one call for
    each video.

    Args:
        num_frames: Number of positions, T.
        batch: Leading dimensions.
        mode: ``'random'``, sorted positions in the video; or
            ``'random_segments'``, a position in each segment.
    """
    positions = np.random.random((*batch, num_frames))
    if mode == 'random':
        positions.sort(-1)
    return positions


def frame_indices(total: int,
                  num_frames: Optional[int],
                  mode: str,
                  positions: Optional[np.ndarray] = None) -> np.ndarray:
    """Sorted indices of the selected frames, int64 ``(T,)``.

    Args:
        total: Number of frames of the video, at least one.
        num_frames: Number of frames to select, T; ignored in mode ``'all'``.
        mode: ``'uniform'``, evenly spaced including both ends; ``'random'``,
            the frames at ``positions``, which may repeat; ``'segments'`` and
            ``'random_segments'``, the centre or a random frame of each of T
            equal segments, but each frame once if there are at most T (Wang
            et al., "TSN", ECCV 2016); or ``'all'``. Two segments share the
            frame that their border cuts.
        positions: Positions ``(T,)`` for the modes ``'random'`` and
            ``'random_segments'``, see :func:`draw_positions`.

    Example:
        >>> frame_indices(10, 4, 'uniform').tolist()
        [0, 3, 6, 9]
        >>> frame_indices(10, 2, 'random', np.array([.05, .99])).tolist()
        [0, 9]
        >>> frame_indices(12, 3, 'segments').tolist()
        [2, 6, 10]
        >>> frame_indices(2, 3, 'segments').tolist()
        [0, 1]
    """
    if mode == 'uniform':
        return np.linspace(0, total - 1, num_frames).astype(np.int64)
    if mode == 'random':
        return (positions * total).astype(np.int64)
    if mode == 'all' or total <= num_frames:
        return np.arange(total)
    shift = 0.5 if mode == 'segments' else positions
    segments = (np.arange(num_frames) + shift) * (total / num_frames)
    return np.minimum(segments.astype(np.int64), total - 1)


def even_frame_indices(times: np.ndarray, fps: float) -> np.ndarray:
    """Indices of the frames that are shown at 0, 1 / fps, 2 / fps, ...
    seconds, int64.

    Where the video has fewer frames per second, a frame repeats. The last
    frame is shown for as long as the one before it.

    Args:
        times: Seconds of each frame after the first, ascending ``(T,)``. They
            may be rounded to milliseconds.
        fps: Frames per second to select, above 0.

    Example:
        >>> even_frame_indices(np.array([0, .25, .5, .75, 2.]), 2).tolist()
        [0, 2, 3, 3, 4, 4, 4]
    """
    end = 2 * times[-1] - times[-2] if len(times) > 1 else 0
    grid = np.arange(int(end * fps) + 2) / fps
    grid = grid[(grid < end - 2 * TIME_TOLERANCE) | (grid == 0)]
    return np.searchsorted(times, grid + TIME_TOLERANCE, 'right') - 1
