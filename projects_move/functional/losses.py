"""Losses of the compared methods, for each video and class.

All functions take logits and labels in [0, 1]. The caller averages the losses.
"""
import torch
from jaxtyping import Bool, Float, Float64, Real
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from .shapes import check_shapes


@check_shapes
def binary_cross_entropy(logits: Float[Tensor, 'B S'],
                         target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
    """Cross-entropy of the sigmoid.

    Example:
        >>> binary_cross_entropy(torch.zeros(1, 2), torch.tensor([[0., 1.]]))
        tensor([[0.6931, 0.6931]])
    """
    return binary_cross_entropy_with_logits(logits, target, reduction='none')


@check_shapes
def focal(logits: Float[Tensor, 'B S'],
          target: Float[Tensor, 'B S'],
          gamma: float = 1.0,
          alpha: float = 1.0) -> Float[Tensor, 'B S']:
    """``alpha (1 - p)^gamma`` times cross-entropy (Lin et al., ICCV 2017).

    p is the probability of the correct decision. With gamma 0 and alpha 1 the
    loss is cross-entropy.

    Example:
        >>> focal(torch.zeros(1, 1), torch.ones(1, 1), gamma=1.)
        tensor([[0.3466]])
    """
    loss = binary_cross_entropy(logits, target)
    return alpha * (1 - torch.exp(-loss))**gamma * loss


@check_shapes
def class_balanced_weight(class_counts: Real[Tensor, ' S'],
                          beta: float) -> Float64[Tensor, ' S']:
    """``(1 - beta) / (1 - beta^n)``, scaled to a mean of one.

    Cui et al., CVPR 2019. With beta 0 each class has the weight one.

    Args:
        class_counts: n, training videos of each class, above zero.
        beta: Parameter of the effective number, in [0, 1).

    Example:
        >>> class_balanced_weight(torch.tensor([1, 2]), beta=0.5)
        tensor([1.2000, 0.8000], dtype=torch.float64)
    """
    if not 0 <= beta < 1:
        raise ValueError(f'beta must be in [0, 1), got {beta}')
    if (class_counts <= 0).any():
        raise ValueError('class-balanced weights need a training video of '
                         'every class, but class '
                         f'{int((class_counts <= 0).nonzero()[0])} has none')
    weight = (1 - beta) / (1 - beta**class_counts.double())
    return weight / weight.mean()


@check_shapes
def ldam_margins(class_counts: Real[Tensor, ' S'],
                 max_margin: float = 0.5) -> Float64[Tensor, ' S']:
    """Margins proportional to ``n^(-1/4)`` (Cao et al., NeurIPS 2019).

    Args:
        class_counts: n, training videos of each class, at least 1.
        max_margin: Margin of the rarest class.

    Example:
        >>> ldam_margins(torch.tensor([1, 16, 81]), max_margin=0.6)
        tensor([0.6000, 0.3000, 0.2000], dtype=torch.float64)
    """
    margins = class_counts.double()**-0.25
    return margins * (max_margin / margins.max())


@check_shapes
def ldam_shift(logits: Float[Tensor, 'B S'],
               target: Float[Tensor, 'B S'],
               margins: Float[Tensor, ' S'],
               sum_margins: bool = False) -> Float[Tensor, 'B S']:
    """Logits, minus a margin for the labels of a video (Cao et al., Eq. 13).

    Args:
        logits: Logits of all classes.
        target: Hard labels.
        margins: See :func:`ldam_margins`.
        sum_margins: Whether to subtract the sum of the margins of all labels
            of a video from each of their logits, as in the released code,
            instead of the margin of each class.

    Example:
        >>> ldam_shift(torch.tensor([[3., 3., 3.]]),
        ...            torch.tensor([[1., 0., 1.]]),
        ...            torch.tensor([.5, .5, 1.]))
        tensor([[2.5000, 3.0000, 2.0000]])
    """
    margins = margins.to(target)
    if sum_margins:
        margins = (target @ margins)[:, None]  # (B, 1)
    return logits - target * margins


@check_shapes
def ldam(logits: Float[Tensor, 'B S'],
         target: Float[Tensor, 'B S'],
         margins: Float[Tensor, ' S'],
         scale: float = 30.0,
         sum_margins: bool = False) -> Float[Tensor, 'B S']:
    """Cross-entropy of the sigmoid of shifted and scaled logits.

    Args:
        logits, target, margins, sum_margins: See :func:`ldam_shift`.
        scale: Factor on the shifted logits.

    Example:
        >>> ldam(torch.tensor([[1., 0.]]), torch.tensor([[1., 0.]]),
        ...      torch.tensor([1., 1.]), scale=1.)
        tensor([[0.6931, 0.6931]])
    """
    shifted = ldam_shift(logits, target, margins, sum_margins)
    return binary_cross_entropy(scale * shifted, target)


@check_shapes
def ldam_softmax(logits: Float[Tensor, 'B S'],
                 target: Float[Tensor, 'B S'],
                 margins: Float[Tensor, ' S'],
                 scale: float = 30.0) -> Float[Tensor, 'B S']:
    """Cross-entropy of the softmax of shifted and scaled logits.

    This is the published form, for single labels. The loss is zero for all
    classes except the label of a video.

    Example:
        >>> ldam_softmax(torch.tensor([[1., 0.]]), torch.tensor([[1., 0.]]),
        ...              torch.tensor([1., 1.]), scale=1.)
        tensor([[0.6931, 0.0000]])
    """
    shifted = ldam_shift(logits, target, margins)
    return -target * (scale * shifted).log_softmax(-1)


@check_shapes
def equalization(logits: Float[Tensor, 'B S'],
                 target: Float[Tensor, 'B S'],
                 uniform: Float[Tensor, 'B S'],
                 is_tail: Bool[Tensor, ' S'],
                 gamma: float = 1.76e-3) -> Float[Tensor, 'B S']:
    """Cross-entropy without a random part of the negative tail classes.

    Tan et al., CVPR 2020. A tail class that is not a label of the video is
    left out of the loss with probability gamma.

    Args:
        logits: Logits of all classes.
        target: Labels in [0, 1].
        uniform: Random numbers in [0, 1).
        is_tail: True for the tail classes.
        gamma: Probability of leaving a class out.

    Example:
        >>> equalization(torch.zeros(1, 2), torch.zeros(1, 2),
        ...              torch.tensor([[.9, .9]]),
        ...              torch.tensor([True, False]), gamma=0.5)
        tensor([[0.0000, 0.6931]])
    """
    left_out = (uniform >= 1 - gamma) & is_tail
    weight = 1 - left_out.to(target) * (1 - target)
    return weight * binary_cross_entropy(logits, target)
