"""Average precision of every class, from the ranks of its positive videos.

Average precision needs only the ranks of the positives, which are few. The
scores of a class are sorted without their positions, and those of the
positives are looked up in them. Positions are needed only for equal scores.
"""
from typing import Iterable

import numpy as np
import torch
from jaxtyping import Float, Float64, Int64, Shaped
from torch import Tensor

from .shapes import check_shapes

FEW = 8  # for so few positives, comparing all scores is faster than sorting
SIDES = ('left', 'right')


@check_shapes
def average_precision(scores: Float[Tensor, 'N S'],
                      target: Shaped[Tensor, 'N S']) -> Float64[Tensor, ' S']:
    """Mean of the precision at the rank of each positive video.

    For equal scores, the earlier video ranks higher.

    Args:
        scores: Scores, higher is more likely. NaN is refused.
        target: Multi-hot labels.

    Returns:
        Average precision, NaN for a class without a positive video.

    Example:
        >>> average_precision(
        ...     torch.tensor([[.9, .1], [.8, .2], [.7, .3]]),
        ...     torch.tensor([[1, 0], [0, 0], [1, 0]]))
        tensor([0.8333,    nan], dtype=torch.float64)
    """
    exact = scores.dtype in (torch.float32, torch.float64)
    columns = scores.detach() if exact else scores.detach().double()
    columns = columns.cpu().T.contiguous().numpy()  # (S, N)
    positive = (target.T != 0).cpu().numpy()  # (S, N)
    classes, videos = positive.nonzero()  # (P,) each, by class
    higher = count_higher_by_class(classes, columns[classes, videos], videos,
                                   columns, np.arange(len(scores)))
    ap = average_precision_from_ranks(
        torch.from_numpy(classes),
        torch.from_numpy(higher) + 1, len(columns))
    return ap.to(scores.device)


@check_shapes
def average_precision_from_ranks(classes: Int64[Tensor, ' P'],
                                 ranks: Int64[Tensor, ' P'],
                                 num_classes: int) -> Float64[Tensor, ' S']:
    """Average precision from the ranks of the positives.

    Args:
        classes: Class of each positive, in any order.
        ranks: Rank of each positive among all videos, from 1.
        num_classes: S.

    Returns:
        Average precision, NaN for a class without a positive.

    Example:
        >>> average_precision_from_ranks(
        ...     torch.tensor([0, 0]), torch.tensor([3, 1]), 2)
        tensor([0.8333,    nan], dtype=torch.float64)
    """
    if not len(classes):
        return ranks.new_full((num_classes, ), torch.nan, dtype=torch.double)
    # the positives of each class by rank: the k-th has precision k / rank
    order = torch.argsort(classes * (ranks.max() + 1) + ranks)
    classes, ranks = classes[order], ranks[order]
    positives = torch.bincount(classes, minlength=num_classes)  # (S,)
    first = positives.cumsum(0) - positives
    hits = torch.arange(len(classes), device=ranks.device) - first[classes] + 1
    total = torch.zeros(num_classes, dtype=torch.float64, device=ranks.device)
    total.index_add_(0, classes, hits.double() / ranks)
    return total / positives


@check_shapes
def count_higher_by_class(classes: Int64[np.ndarray, ' P'],
                          values: Float[np.ndarray,
                                        ' P'], positions: Int64[np.ndarray,
                                                                ' P'],
                          columns: Iterable[Float[np.ndarray, ' N']],
                          order: Int64[np.ndarray,
                                       ' N']) -> Int64[np.ndarray, ' P']:
    """Number of videos that rank higher than each of P positives of all
    classes.

    Args:
        classes: Class of each positive, ascending.
        values: Score of each positive in its class.
        positions: Position of each positive in the list.
        columns: Scores of N videos, class by class.
        order: Position of these videos in the list, ascending.

    Raises:
        ValueError: For a score that is NaN.

    Example:
        >>> count_higher_by_class(
        ...     np.array([0, 1, 1]), np.array([.5, .1, .8]),
        ...     np.array([2, 0, 2]),
        ...     np.array([[.7, .6, .5], [.1, .3, .8]]), np.arange(3))
        array([2, 2, 0])
    """
    higher, first = np.zeros(len(classes), np.int64), 0
    for label, scores in enumerate(columns):
        if np.isnan(scores.max(initial=-np.inf)):
            raise ValueError(f'the score of class {label} is NaN for video '
                             f'{order[np.isnan(scores).argmax()]}')
        last = np.searchsorted(classes, label, side='right')
        one = slice(first, last)
        higher[one] = count_higher(values[one], positions[one], scores, order)
        first = last
    return higher


@check_shapes
def count_higher(values: Float[np.ndarray, ' P'],
                 positions: Int64[np.ndarray, ' P'], scores: Float[np.ndarray,
                                                                   ' N'],
                 order: Int64[np.ndarray, ' N']) -> Int64[np.ndarray, ' P']:
    """Number of videos that rank higher than each of P positives of a class.

    Args:
        values: Score of each positive.
        positions: Position of each positive in the list.
        scores: Scores of N videos, with or without the positives.
        order: Position of these videos in the list, ascending.

    Example:
        >>> scores = np.array([.5, .9, .5, .1])
        >>> count_higher(scores[2:], np.array([2, 3]), scores, np.arange(4))
        array([2, 3])
    """
    if len(values) <= FEW:
        return np.array([
            np.count_nonzero(scores > value) +
            np.count_nonzero(order[scores == value] < position)
            for value, position in zip(values, positions)
        ], np.int64)
    ascending = np.sort(scores)
    first, last = (ascending.searchsorted(values, side) for side in SIDES)
    higher = len(scores) - last
    start, stop = (order.searchsorted(positions, side) for side in SIDES)
    tied = last - first > stop - start  # with another video than itself
    for value in set(values[tied]):
        same = values == value
        higher[same] += order[scores == value].searchsorted(positions[same])
    return higher
