"""Label-aware smoothing (Zhong et al., "MiSLAS", CVPR 2021)."""
import math

import torch
from jaxtyping import Float, Float64, Real
from torch import Tensor

from .shapes import check_shapes

SHAPES = dict(
    concave=lambda x: torch.sin(math.pi / 2 * x),
    linear=lambda x: x,
    convex=lambda x: 1 + torch.sin(math.pi * (1.5 + x / 2)))


@check_shapes
def smoothing_factors(class_counts: Real[Tensor, ' S'],
                      head: float = 0.4,
                      tail: float = 0.1,
                      shape: str = 'concave') -> Float64[Tensor, ' S']:
    """Smoothing of the label of each class, larger for frequent classes.

    ``tail + (head - tail) f(x)``, where x is the class count, scaled to 0 for
    the rarest and 1 for the most frequent class, and f is ``sin(pi x / 2)``
    (concave), x (linear), or ``1 + sin(3 pi / 2 + pi x / 2)`` (convex). If all
    classes are equally frequent, x is 0.

    Args:
        class_counts: Training videos of each class.
        head: Smoothing of the most frequent class, in [0, 1).
        tail: Smoothing of the rarest class, in [0, head].
        shape: ``'concave'``, ``'linear'`` or ``'convex'``.

    Example:
        >>> smoothing_factors(torch.tensor([10, 60, 110]), shape='linear')
        tensor([0.1000, 0.2500, 0.4000], dtype=torch.float64)
    """
    if shape not in SHAPES:
        raise ValueError(f'shape must be one of {tuple(SHAPES)}, got '
                         f'{shape!r}')
    if not 0 <= tail <= head < 1:
        raise ValueError('expected 0 <= tail <= head < 1, got tail '
                         f'{tail}, head {head}')
    counts = class_counts.double()
    spread = counts.max() - counts.min()
    if spread == 0:
        return torch.full_like(counts, tail)
    x = (counts - counts.min()) / spread
    return tail + (head - tail) * SHAPES[shape](x)


@check_shapes
def smooth_labels(target: Float[Tensor, 'B S'],
                  factors: Float[Tensor, ' S']) -> Float[Tensor, 'B S']:
    """Label of class c: ``1 - factors_c``; the rest, evenly to the others.

    Mixed labels are smoothed label by label. The sum of the labels stays. A
    single class has no others, and its labels stay as they are.

    Args:
        target: Labels of one class, or mixtures of such labels.
        factors: See :func:`smoothing_factors`.

    Example:
        >>> smooth_labels(torch.eye(3)[:1], torch.tensor([.5, .1, .1]))
        tensor([[0.5000, 0.2500, 0.2500]])
    """
    if target.shape[1] == 1:
        return target
    taken = target * factors.to(target)  # (B, S)
    others = taken.sum(-1, keepdim=True) - taken
    return target - taken + others / (target.shape[1] - 1)
