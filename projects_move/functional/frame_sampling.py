"""Dynamic Frame Sampler: which frames a view keeps (MOVE, Eq. 8 and 9).

In numpy: a pipeline samples one video at a time, and of so few numbers numpy
takes a fraction of torch's time.
"""
import numpy as np


def subset_sizes(uniform: np.ndarray, fewest: np.ndarray,
                 num_frames: int) -> np.ndarray:
    """Turn uniform draws into sizes of U{fewest, ..., T}, both ends included.

    Args:
        uniform: Draws in [0, 1), ``(...)``.
        fewest: Smallest size, broadcastable to ``uniform``.
        num_frames: T.

    Returns:
        int64, the shape of ``uniform``.

    Example:
        >>> uniform = np.array([0.0, 0.5, 0.999])
        >>> subset_sizes(uniform, np.array(3), num_frames=10)
        array([ 3,  7, 10])
    """
    more = (uniform * (num_frames + 1 - fewest)).astype(np.int64)
    return np.minimum(fewest + more, num_frames)


def draw_subsets(order: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Keep the ``size`` frames that come first in a random order.

    Args:
        order: The place of each frame, a random permutation of 0 to T - 1,
            ``(..., T)``.
        size: Frames to keep, ``(...)``, in [1, T].

    Returns:
        bool ``(..., T)``, true where the frame is kept.

    Example:
        >>> draw_subsets(np.array([[3, 0, 2, 1], [1, 3, 2, 0]]),
        ...              np.array([2, 1]))
        array([[False,  True, False,  True],
               [False, False, False,  True]])
    """
    num_frames = order.shape[-1]
    sizes = size.ravel().tolist()
    if sizes and not 1 <= min(sizes) <= max(sizes) <= num_frames:
        raise ValueError(
            f'a subset keeps 1 to {num_frames} frames, got sizes from '
            f'{min(sizes)} to {max(sizes)}')
    return order < size[..., None]
