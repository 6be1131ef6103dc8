"""Losses of the compared methods, as binary decisions a class.

All take logits ``(B, S)`` and labels in [0, 1] of the same shape and return
the loss of each video and class, ``(B, S)``; the mean is the caller's.
"""
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def binary_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of the sigmoid.

    Example:
        >>> binary_cross_entropy(torch.zeros(1, 2), torch.tensor([[0., 1.]]))
        tensor([[0.6931, 0.6931]])
    """
    return binary_cross_entropy_with_logits(logits, target, reduction='none')


def focal(logits: Tensor,
          target: Tensor,
          gamma: float = 1.0,
          alpha: float = 1.0) -> Tensor:
    """``alpha (1 - p)^gamma`` times cross-entropy, p the probability of the
    truth (Lin et al., ICCV 2017). With gamma 0 it is cross-entropy.

    Example:
        >>> focal(torch.zeros(1, 1), torch.ones(1, 1), gamma=1.)
        tensor([[0.3466]])
    """
    loss = binary_cross_entropy(logits, target)
    return alpha * (1 - torch.exp(-loss))**gamma * loss


def class_balanced_weight(class_counts: Tensor, beta: float) -> Tensor:
    """``(1 - beta) / (1 - beta^n)``, scaled to the mean one (Cui et al.,
    CVPR 2019). With beta 0 every class weighs one.

    Args:
        class_counts: n, training videos of each class, ``(S,)``, at least 1.
        beta: In [0, 1).

    Returns:
        float64 ``(S,)``.

    Example:
        >>> class_balanced_weight(torch.tensor([1, 2]), beta=0.5)
        tensor([1.2000, 0.8000], dtype=torch.float64)
    """
    if not 0 <= beta < 1:
        raise ValueError(f'beta must be in [0, 1), got {beta}')
    if (class_counts < 1).any():
        raise ValueError('class-balanced weights need a training video of '
                         'every class, class '
                         f'{int((class_counts < 1).nonzero()[0])} has none')
    weight = (1 - beta) / (1 - beta**class_counts.double())
    return weight / weight.mean()


def ldam_margins(class_counts: Tensor, max_margin: float = 0.5) -> Tensor:
    """Margins that fall with the fourth root of the frequency (Cao et al.,
    NeurIPS 2019), the largest being ``max_margin``.

    Returns:
        float64 ``(S,)``.

    Example:
        >>> ldam_margins(torch.tensor([1, 16, 81]), max_margin=0.6)
        tensor([0.6000, 0.3000, 0.2000], dtype=torch.float64)
    """
    margins = class_counts.double()**-0.25
    return margins * (max_margin / margins.max())


def ldam_shift(logits: Tensor,
               target: Tensor,
               margins: Tensor,
               sum_margins: bool = False) -> Tensor:
    """Logits, those of the truth less their margins (Cao et al., Eq. 13).

    A video of several labels subtracts from each the margin of that class;
    with ``sum_margins`` the margins of all, as the released code does. For a
    single label there is no difference.

    Args:
        logits: ``(B, S)``.
        target: Hard labels, ``(B, S)``.
        margins: ``(S,)``, see :func:`ldam_margins`.
        sum_margins: See above.

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


def ldam(logits: Tensor,
         target: Tensor,
         margins: Tensor,
         scale: float = 30.0,
         sum_margins: bool = False) -> Tensor:
    """Cross-entropy of scaled logits, those of the truth less a margin.

    Args:
        logits, target, margins, sum_margins: See :func:`ldam_shift`.
        scale: s.

    Example:
        >>> ldam(torch.tensor([[1., 0.]]), torch.tensor([[1., 0.]]),
        ...      torch.tensor([1., 1.]), scale=1.)
        tensor([[0.6931, 0.6931]])
    """
    shifted = ldam_shift(logits, target, margins, sum_margins)
    return binary_cross_entropy(scale * shifted, target)


def ldam_softmax(logits: Tensor,
                 target: Tensor,
                 margins: Tensor,
                 scale: float = 30.0) -> Tensor:
    """As published, for single labels: the cross-entropy of a softmax.

    Returns:
        ``(B, S)``, zero but for the label of each video.

    Example:
        >>> ldam_softmax(torch.tensor([[1., 0.]]), torch.tensor([[1., 0.]]),
        ...              torch.tensor([1., 1.]), scale=1.)
        tensor([[0.6931, 0.0000]])
    """
    shifted = ldam_shift(logits, target, margins)
    return -target * (scale * shifted).log_softmax(-1)


def equalization(logits: Tensor,
                 target: Tensor,
                 uniform: Tensor,
                 is_tail: Tensor,
                 gamma: float = 1.76e-3) -> Tensor:
    """Cross-entropy that, with probability gamma, spares a tail class the
    negative gradient (Tan et al., CVPR 2020).

    Args:
        logits: ``(B, S)``.
        target: ``(B, S)``.
        uniform: Draws in [0, 1), ``(B, S)``.
        is_tail: bool ``(S,)``.
        gamma: Probability.

    Example:
        >>> equalization(torch.zeros(1, 2), torch.zeros(1, 2),
        ...              torch.tensor([[.9, .9]]),
        ...              torch.tensor([True, False]), gamma=0.5)
        tensor([[0.0000, 0.6931]])
    """
    spared = (uniform >= 1 - gamma) & is_tail
    weight = 1 - spared.to(target) * (1 - target)
    return weight * binary_cross_entropy(logits, target)
