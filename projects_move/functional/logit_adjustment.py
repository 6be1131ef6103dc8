r"""Shifts of the logits by the class prior.

A network that learns from data with the class prior ``pi`` predicts ``p(c | x)
~ pi_c p(x | c)``. A prior that is added to the logits in training, or
subtracted afterwards, leaves ``p(x | c)``, which is fair to rare classes.

* One label for each video, softmax: the shift is ``log pi_c`` (Menon et al.,
  "Long-tail learning via logit adjustment", ICLR 2021, Eq. 9 after and Eq. 10
  in the training; with tau 1 the latter is balanced softmax, Ren et al.,
  NeurIPS 2020).
* Several labels: each class is a decision of its own, with the prior ``pi_c =
  n_c / N`` of N videos. By Bayes' rule

  ``logit p(c | x) = log p(x | c) / p(x | not c) + log pi_c / (1 - pi_c)``,

  so the shift is the log odds of the prior. Data in which each class is
  equally frequent, and videos have as many labels, have the prior ``pi_0 =
  mean pi_c`` for each class. Relative to such data the shift is
  ``log pi_c / (1 - pi_c) - log pi_0 / (1 - pi_0)``.
* The prior-shifted sigmoid adds the shift of the softmax to the logits of a
  sigmoid, centred over the classes. It is the shift by log odds without the
  factors ``1 - pi_c``, which are near one for rare classes.
"""
import torch
from jaxtyping import Float, Float64, Real
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def log_prior(class_counts: Real[Tensor, ' S']) -> Float64[Tensor, ' S']:
    """``log n_c``, minus its mean over the classes.

    The constant does not change a softmax.

    Args:
        class_counts: n, training videos of each class, above zero.

    Example:
        >>> log_prior(torch.tensor([1, 1])).tolist()
        [0.0, 0.0]
        >>> log_prior(torch.tensor([1, 100]))
        tensor([-2.3026,  2.3026], dtype=torch.float64)
    """
    _require_counts(class_counts, 'log_prior')
    log_counts = class_counts.double().log()
    return log_counts - log_counts.mean()


@check_shapes
def log_odds(class_counts: Real[Tensor, ' S'],
             num_videos: float) -> Float64[Tensor, ' S']:
    """Log odds of ``n_c / N``, minus those of the mean of ``n_c / N``.

    Args:
        class_counts: n, training videos of each class, above zero.
        num_videos: N, training videos. A class in every video counts as one
            that half a video lacks.

    Example:
        >>> log_odds(torch.tensor([30, 30]), num_videos=40).tolist()
        [0.0, 0.0]
        >>> log_odds(torch.tensor([10, 90]), num_videos=100)
        tensor([-2.1972,  2.1972], dtype=torch.float64)
    """
    _require_counts(class_counts, 'log_odds')
    counts = class_counts.double()
    if counts.max() > num_videos * (1 + 1e-9):
        raise ValueError(
            f'log_odds: expected at most {num_videos:g} videos of a class, '
            f'which is the number of all videos, got {counts.max():g} of '
            f'class {int(counts.argmax())}')
    prior = (counts / num_videos).clamp(max=1 - .5 / num_videos)
    return prior.logit() - prior.mean().logit()


@check_shapes
def inverse_counts(class_counts: Real[Tensor, ' S']) -> Real[Tensor, ' S']:
    """Class counts in inverse order: the most frequent class gets the count
    of the rarest, and so on (Zhang et al., NeurIPS 2022).

    Example:
        >>> inverse_counts(torch.tensor([500, 3, 20, 20]))
        tensor([  3, 500,  20,  20])
    """
    ascending, order = class_counts.sort(stable=True)
    inverse = torch.empty_like(class_counts)
    inverse[order] = ascending.flip(0)
    return inverse


@check_shapes
def softmax_cross_entropy(logits: Float[Tensor, 'B S'],
                          target: Float[Tensor,
                                        'B S']) -> Float[Tensor, 'B S']:
    """Cross-entropy of the softmax, by class; zero except for the labels.

    Example:
        >>> softmax_cross_entropy(torch.zeros(1, 2), torch.tensor([[0., 1.]]))
        tensor([[0.0000, 0.6931]])
    """
    return target * -logits.log_softmax(-1)


def _require_counts(class_counts: Tensor, name: str) -> None:
    if class_counts.numel() == 0 or not (class_counts > 0).all():
        raise ValueError(f'{name}: expected counts above zero, got '
                         f'{class_counts.tolist()[:9]}')
