"""Measures of the imbalance of classes."""
import torch
from jaxtyping import Float64, Real
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def imbalance_ratio(class_counts: Real[Tensor, ' S']) -> Float64[Tensor, '']:
    """Training videos of the most frequent class, divided by those of the
    rarest class that has any.

    ``imbalance_ratio`` of a data set is the inverse.

    Args:
        class_counts: Training videos of each class; one has at least one.

    Example:
        >>> imbalance_ratio(torch.tensor([2, 100, 0]))
        tensor(50., dtype=torch.float64)
    """
    counts = class_counts[class_counts > 0].double()
    if len(counts) == 0:
        raise ValueError('imbalance_ratio: expected a class with training '
                         'videos, got none')
    return counts.max() / counts.min()


@check_shapes
def gini(class_counts: Real[Tensor, ' S']) -> Float64[Tensor, '']:
    """Gini coefficient of the numbers of training videos.

    ``sum_ij |n_i - n_j| / (2 S sum_i n_i)``: 0 if all classes are equally
    frequent, and ``1 - 1 / S`` if one class has all videos (used for data
    sets by Yang et al., "A Survey on Long-Tailed Visual Recognition", IJCV
    2022).

    Args:
        class_counts: Training videos of each class; one has at least one.

    Example:
        >>> gini(torch.tensor([1, 1, 1])), gini(torch.tensor([0, 4]))
        (tensor(0., dtype=torch.float64), tensor(0.5000, dtype=torch.float64))
    """
    counts = class_counts.double().sort().values  # (S,)
    total, size = counts.sum(), len(counts)
    if not total > 0:
        raise ValueError('gini: expected a class with training videos, got '
                         'none')
    rank = torch.arange(1, size + 1, device=counts.device)
    return ((2 * rank - size - 1) * counts).sum() / (size * total)
