"""Sampling by a power of the class frequency (Kang et al., ICLR 2020)."""
import torch
from jaxtyping import Float64, Int64, Real
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def sampling_probability(class_counts: Real[Tensor, ' S'],
                         power: float = 0.0) -> Float64[Tensor, ' S']:
    """``n_c^power / sum_i n_i^power`` (Eq. 1); zero for an empty class.

    Args:
        class_counts: n, videos of each class, not all zero.
        power: q in [0, 1]: 0 is class-balanced, 0.5 square-root and 1
            instance-balanced sampling.

    Example:
        >>> sampling_probability(torch.tensor([9, 1, 0]), power=0.5)
        tensor([0.7500, 0.2500, 0.0000], dtype=torch.float64)
    """
    if not 0 <= power <= 1:
        raise ValueError(f'power must be in [0, 1], got {power}')
    if not (class_counts > 0).any():
        raise ValueError('expected a video with a label, got none')
    weight = class_counts.double()**power * (class_counts > 0)
    return weight / weight.sum()


@check_shapes
def sampled_frequency(probability: Float64[Tensor,
                                           ' S'], classes: Int64[Tensor, ' L'],
                      videos: Int64[Tensor, ' L']) -> Float64[Tensor, ' S']:
    """Probability that a drawn video has the label of each class.

    A class is drawn, then one of its videos, each with the same probability.
    With one label for each video the result is ``probability``. A video with
    several labels is drawn for each of them and brings all: a frequent class
    that occurs beside rare ones stays frequent, and the sum is above one.

    Args:
        probability: Probability of drawing each class.
        classes: Class of each label.
        videos: Video of each label, from 0.

    Example:
        >>> sampled_frequency(torch.tensor([0.5, 0.5]).double(),
        ...                   torch.tensor([0, 0, 1]), torch.tensor([0, 1, 1]))
        tensor([1.0000, 0.7500], dtype=torch.float64)
    """
    count = torch.bincount(classes, minlength=len(probability))
    by_label = (probability / count)[classes]  # (L,)
    by_video = torch.bincount(videos, by_label)  # probability of each video
    return torch.bincount(classes, by_video[videos], len(probability))
