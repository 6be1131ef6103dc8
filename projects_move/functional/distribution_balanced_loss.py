"""Distribution-balanced loss (Wu et al., ECCV 2020), for several labels."""
import torch
from jaxtyping import Float, Float64, Real
from torch import Tensor
from torch.nn.functional import softplus

from .shapes import check_shapes


@check_shapes
def rebalancing_weight(target: Float[Tensor, 'B S'],
                       class_counts: Real[Tensor, ' S'],
                       alpha: float = 0.1,
                       beta: float = 10.0,
                       mu: float = 0.2) -> Float[Tensor, 'B S']:
    """Weights against the co-occurrence of labels (Sec. 3.1).

    Class-balanced sampling draws a video for class c in proportion to ``1 /
    n_c``, and in all in proportion to ``sum_i y_i / n_i``. The weight of a
    class is the ratio r of the two, mapped to ``alpha + sigmoid(beta (r -
    mu))``.

    Args:
        target: y, labels in [0, 1]. The weights of a video without labels
            are those of r = 1.
        class_counts: n, training videos of each class, above zero.
        alpha, beta, mu: Parameters of the map.

    Example:
        >>> rebalancing_weight(torch.tensor([[1., 1.]]),
        ...                    torch.tensor([3, 1]), alpha=0., mu=0.25)
        tensor([[0.5000, 0.9933]])
    """
    inverse = 1 / class_counts.to(target)  # (S,)
    drawn = (target * inverse).sum(-1, keepdim=True)  # (B, 1)
    ratio = torch.where(drawn > 0, inverse / drawn.clamp(min=1e-30), 1)
    return alpha + (beta * (ratio - mu)).sigmoid()


@check_shapes
def negative_tolerant_shift(class_counts: Real[Tensor, ' S'],
                            num_videos: float,
                            kappa: float = 0.05) -> Float64[Tensor, ' S']:
    """``-kappa log(1 / p_c - 1)`` with ``p_c = n_c / N`` (Sec. 3.2).

    This is ``-nu`` of the paper, the bias of a classifier that has learned
    nothing but the prior. It is added to the logits in training.

    Args:
        class_counts: n, training videos of each class, above zero.
        num_videos: N, training videos. A class in every video counts as one
            that half a video lacks.
        kappa: Factor on the shift.

    Example:
        >>> negative_tolerant_shift(torch.tensor([1, 9]), 10, kappa=1.)
        tensor([-2.1972,  2.1972], dtype=torch.float64)
    """
    prior = class_counts.double() / num_videos
    return kappa * prior.clamp(max=1 - .5 / num_videos).logit()


@check_shapes
def negative_tolerant(logits: Float[Tensor, 'B S'],
                      target: Float[Tensor, 'B S'],
                      scale: float = 2.0) -> Float[Tensor, 'B S']:
    """Cross-entropy that is flat for negatives of low scores (Sec. 3.2).

    ``y log(1 + exp(-z)) + (1 - y) log(1 + exp(scale z)) / scale``. With scale
    1 it is cross-entropy.

    Args:
        logits: z, shifted logits; see :func:`negative_tolerant_shift`.
        target: y, labels in [0, 1].
        scale: Scale of the logits of negatives, above 0; lambda in the paper.

    Example:
        >>> negative_tolerant(torch.zeros(1, 2), torch.tensor([[1., 0.]]))
        tensor([[0.6931, 0.3466]])
    """
    if not scale > 0:
        raise ValueError(f'scale must be above 0, got {scale}')
    negative = softplus(scale * logits) / scale
    return target * softplus(-logits) + (1 - target) * negative
