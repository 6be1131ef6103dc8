"""Dynamic Frame Sampler: the frames that a view keeps (MOVE, Eq. 8 and 9).

The functions take numpy arrays: a data pipeline calls them with few numbers,
for which PyTorch has too much overhead.
"""
from typing import Union

import numpy as np
from jaxtyping import Bool, Integer, Real

from .shapes import check_shapes


@check_shapes
def subset_masks(
    order: Integer[np.ndarray, ' *N V T'], uniform: Real[np.ndarray, ' *N V'],
    min_size: Union[Integer[np.ndarray, ' *N'], np.integer]
) -> Bool[np.ndarray, ' *N V T']:
    """Masks of random subsets of frames, from random numbers.

    The size of a subset is distributed as U{min_size, ..., T}, both ends
    included. Its frames are the last ones in a random order.

    Args:
        order: Position of each frame in a random order, a permutation of 0 to
            T - 1 for each view.
        uniform: Random numbers in [0, 1); a larger one gives a smaller subset.
        min_size: Smallest sizes, in [1, T]; see
            :func:`~projects_move.functional.min_frames`.

    Returns:
        True for the frames that are kept.

    Raises:
        ValueError: For a smallest size outside [1, T].

    Example:
        >>> order = np.array([[3, 0, 2, 1], [1, 3, 2, 0]])
        >>> subset_masks(order, np.array([0.5, 0.9]), np.array(2))
        array([[ True, False,  True,  True],
               [False,  True,  True, False]])
    """
    num_frames = order.shape[-1]
    given = min_size.ravel().tolist()
    if given and not 1 <= min(given) <= max(given) <= num_frames:
        raise ValueError(f'a subset keeps 1 to {num_frames} frames, got '
                         f'smallest sizes from {min(given)} to {max(given)}')
    num_sizes = num_frames + 1 - min_size
    # a frame is dropped if its position is below floor(uniform * num_sizes);
    # positions are integers, so the product need not be rounded
    last_dropped = uniform * num_sizes[..., None] - 1
    return order > last_dropped[..., None]
