"""Asymmetric loss (Ridnik et al., ICCV 2021)."""
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import logsigmoid

from .shapes import check_shapes


@check_shapes
def asymmetric(logits: Float[Tensor, 'B S'],
               target: Float[Tensor, 'B S'],
               gamma_positive: float = 0.0,
               gamma_negative: float = 4.0,
               margin: float = 0.05) -> Float[Tensor, 'B S']:
    """Focal loss with another exponent for negatives, and a margin for them.

    ``y (1 - p)^gamma_positive -log p`` plus ``(1 - y) q^gamma_negative
    -log(1 - q)``, where ``q = max(p - margin, 0)`` (Eq. 5 to 7). With both
    exponents and the margin zero it is cross-entropy.

    Args:
        logits: Logits of all classes; p is their sigmoid.
        target: y, labels in [0, 1].
        gamma_positive, gamma_negative: Exponents, at least 0.
        margin: Probability below which a negative is no loss, in [0, 1).

    Example:
        >>> import torch
        >>> asymmetric(torch.zeros(1, 2), torch.tensor([[1., 0.]]),
        ...            gamma_positive=1., gamma_negative=2., margin=0.1)
        tensor([[0.3466, 0.0817]])
    """
    if min(gamma_positive, gamma_negative) < 0 or not 0 <= margin < 1:
        raise ValueError(
            'expected exponents of at least 0 and a margin in [0, 1), got '
            f'gamma_positive {gamma_positive}, gamma_negative '
            f'{gamma_negative}, margin {margin}')
    p = logits.sigmoid()
    positive = -logsigmoid(logits)
    if margin:
        q = (p - margin).clamp(min=0)
        negative = -(1 - q).log()
    else:  # exact where p rounds to one
        q, negative = p, -logsigmoid(-logits)
    # powers of the exponent zero have no gradient at zero
    if gamma_positive:
        positive = (1 - p)**gamma_positive * positive
    if gamma_negative:
        negative = q**gamma_negative * negative
    return target * positive + (1 - target) * negative
