"""Classifiers whose logits do not grow with the frequency of a class."""
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from .shapes import check_shapes


@check_shapes
def cosine_logits(x: Float[Tensor, '*N D'], weight: Float[Tensor, 'S D'],
                  scale: Float[Tensor, '']) -> Float[Tensor, '*N S']:
    """``scale cos(x, w_c)`` (Gidaris and Komodakis, CVPR 2018, Eq. 4).

    Args:
        x: Features.
        weight: w, one row for each class.
        scale: Largest logit.

    Example:
        >>> weight = torch.tensor([[2., 0.], [0., 9.]])
        >>> cosine_logits(torch.tensor([[3., 4.]]), weight, torch.tensor(10.))
        tensor([[6., 8.]])
    """
    return scale * normalize(x, dim=-1) @ normalize(weight, dim=-1).T


@check_shapes
def tau_normalize(weight: Float[Tensor, 'S D'],
                  tau: float = 1.0) -> Float[Tensor, 'S D']:
    """``w_c / |w_c|^tau`` (Kang et al., ICLR 2020, Sec. 4).

    Args:
        weight: w, one row for each class. A row of zeros stays.
        tau: 0 changes nothing, with 1 each row has the norm 1.

    Example:
        >>> tau_normalize(torch.tensor([[3., 4.], [0., 0.]]), tau=1.)
        tensor([[0.6000, 0.8000],
                [0.0000, 0.0000]])
    """
    norm = weight.norm(dim=-1, keepdim=True)
    return weight / torch.where(norm > 0, norm, 1)**tau


@check_shapes
def class_means(x: Float[Tensor, 'B D'],
                target: Float[Tensor, 'B S']) -> Float[Tensor, 'S D']:
    """Mean of the features of the videos of each class.

    A video with several labels counts for each. The mean of a class without
    videos is zero.

    Example:
        >>> class_means(torch.tensor([[1.], [3.], [5.]]),
        ...             torch.tensor([[1., 0.], [1., 0.], [0., 0.]]))
        tensor([[2.],
                [0.]])
    """
    count = target.sum(0)[:, None]  # (S, 1)
    return target.T @ x / torch.where(count > 0, count, 1)
