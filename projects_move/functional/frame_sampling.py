"""Dynamic Frame Sampler: which frames a view keeps (MOVE, Eq. 8 and 9).

In numpy: a pipeline samples one video at a time, and of so few numbers numpy
takes a fraction of torch's time.
"""
import numpy as np


def subset_masks(order: np.ndarray, uniform: np.ndarray,
                 min_size: np.ndarray) -> np.ndarray:
    """Keep the frames that come last in a random order; as many of them as
    U{min_size, ..., T} says, both ends included.

    Args:
        order: The place of each frame, a random permutation of 0 to T - 1,
            ``(..., V, T)``.
        uniform: Draws in [0, 1), ``(..., V)``; the larger, the fewer frames.
        min_size: Smallest sizes, in [1, T], ``(...)``; see
            :func:`~projects_move.functional.min_frames`.

    Returns:
        bool ``(..., V, T)``, true where the frame is kept.

    Raises:
        ValueError: For smallest sizes beyond their range.

    Example:
        >>> order = np.array([[3, 0, 2, 1], [1, 3, 2, 0]])
        >>> subset_masks(order, np.array([0.5, 0.9]), np.array(2))
        array([[ True, False,  True,  True],
               [False,  True,  True, False]])
    """
    num_frames = order.shape[-1]
    given = min_size.ravel().tolist() if min_size.ndim else [min_size]
    if given and not 1 <= min(given) <= max(given) <= num_frames:
        raise ValueError(f'a subset keeps 1 to {num_frames} frames, got '
                         f'smallest sizes from {min(given)} to {max(given)}')
    sizes = num_frames + 1 - min_size  # among which to choose
    # the integer part of the product, without the step that takes it
    left_out = uniform * sizes[..., None] - 1
    return order > left_out[..., None]
